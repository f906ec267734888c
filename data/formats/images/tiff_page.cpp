#include "data/formats/images/tiff_page.h"

#include "galen/error.h"

namespace galen::data {
namespace {

/// Why pixels of a photometric interpretation are not read; null where they may be.
const char* unread_colours(std::uint16_t photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_PALETTE:
    case PHOTOMETRIC_YCBCR:
      return nullptr;
    case PHOTOMETRIC_SEPARATED:
      return "a CMYK image";
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
      return "a LAB image";
    case PHOTOMETRIC_MASK:
      return "a transparency mask of another image";
    default:
      return "an image of unusual colours";
  }
}

}  // namespace

TiffPage::TiffPage(TIFF* tiff) {
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);

  std::uint16_t extra_samples = 0;
  const std::uint16_t* meanings = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra_samples, &meanings) == 1 && extra_samples > 0) extra = meanings[0];

  std::uint16_t stored_orientation = 1;
  if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &stored_orientation) == 1) {
    if (stored_orientation >= 1 && stored_orientation <= 8) orientation = stored_orientation;
    return;
  }
  std::uint32_t xmp_bytes = 0;
  const char* xmp = nullptr;
  OrientationTags tags;
  if (TIFFGetField(tiff, TIFFTAG_XMLPACKET, &xmp_bytes, &xmp) == 1) tags.add_xmp({xmp, xmp_bytes});
  orientation = tags.orientation();
}

std::int64_t TiffPage::channels(Palette palette) const {
  return is_grey() || (photometric == PHOTOMETRIC_PALETTE && palette == Palette::kNumbers) ? 1 : 3;
}

bool TiffPage::is_plain(Palette palette) const {
  if (photometric == PHOTOMETRIC_PALETTE) return palette == Palette::kNumbers;
  return is_grey() || photometric == PHOTOMETRIC_RGB;
}

ImageForm TiffPage::form(TIFF* tiff, const std::string& path, Palette palette) const {
  if (const char* colours = unread_colours(photometric))
    throw Error("{}: is {}, which is not read; save it as RGB or grey.", path, colours);
  std::uint32_t depth = 1;
  if (TIFFGetField(tiff, TIFFTAG_IMAGEDEPTH, &depth) == 1 && depth > 1) {
    throw Error("{}: holds {} planes in one page, which is not read; save each as a page.", path, depth);
  }

  ImageForm form{.channels = channels(palette), .height = height, .width = width};
  if (!is_plain(palette)) {
    char reason[1024] = "";
    if (TIFFRGBAImageOK(tiff, reason) != 1) throw Error("{}: is a TIFF image of a kind that is not read: libtiff says {}.", path, reason);
    return form;
  }
  if (samples != form.channels && samples != form.channels + 1) {
    throw Error("{}: has {} channels; grey images and RGB are read, with or without transparency.", path, samples);
  }
  if (samples == 2 && extra == EXTRASAMPLE_UNSPECIFIED) {
    throw Error("{}: has a second channel, which is neither a colour nor transparency; save each channel as a file of its own.", path);
  }
  const bool narrow = bits == 1 || bits == 2 || bits == 4;
  const bool known = format == SAMPLEFORMAT_IEEEFP ? bits == 32 || bits == 64
                     : is_unsigned()               ? bits == 8 || bits == 16 || bits == 32 || (narrow && samples == 1)
                                                   : format == SAMPLEFORMAT_INT && (bits == 8 || bits == 16 || bits == 32);
  if (!known) throw Error("{}: has {} bits a number, which is not read; save it with 8 or 16 bits.", path, bits);
  if (is_multiplied(palette) && !(is_unsigned() && (bits == 8 || bits == 16))) {
    throw Error("{}: its colours are multiplied by their opacity; save it without transparency.", path);
  }
  if (bits > 8 || !is_unsigned()) form.type = bits == 16 && is_unsigned() ? at::kInt : at::kFloat;
  return form;
}

}  // namespace galen::data
