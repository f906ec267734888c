#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// A file's name without folder and without .nii, .hdr or .img and .gz.
std::string nifti_stem(const std::string& path);

/// A path with nifti_stem() in place of the name.
std::string without_nifti_ending(const std::string& path);

/// The words of a name, which are parted by _ - . + and blanks.
std::vector<std::string> words_of_name(const std::string& name);

/// Whether a word of the name says that the file is a label map: seg, segmentation, label, labels, mask, gt, also within other letters
/// (aseg, labelmap, lungMask), or truth.
bool is_label_name(const std::string& name);

/// Whether a file's name or one of its folders, which are below the source, says so.
bool is_label_path(const std::string& path);

/// A path without what tells an image from its label map: images and labels (imagesTr and labelsTr become Tr), volume, imaging, and the
/// words of is_label_name().
std::string path_without_roles(const std::string& path);

/// A name, or path, without its last word where that tells the images of a case apart: a number of four digits that begins with 00
/// (nnU-Net's channels), or how an image was made (t1, flair, ct …). The word goes to `channel`, which stays empty where there is none.
std::string path_without_channel(const std::string& path, std::string& channel);

/// Whether a channel's name is one of nnU-Net's numbers.
bool is_channel_number(const std::string& word);

}  // namespace galen::data
