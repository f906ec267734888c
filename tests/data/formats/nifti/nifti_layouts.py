"""Writes the folders of nifti_layouts_test.cpp, one a way to lay out images and label maps, or checks what became of one. Usage:
nifti_layouts.py make FOLDER
nifti_layouts.py check IMPORTED CHANNELS PATIENT…   (the patient of each sample, by number)
nifti_layouts.py large IMPORTED
nifti_layouts.py organs IMPORTED

All voxels of channel c of case i are 1000 + 100 * c + i, those of its label map i + 1."""

import pathlib
import sys

import h5py
import nibabel
import numpy as np


def save(path, value, affine=np.eye(4)):
    path.parent.mkdir(exist_ok=True, parents=True)
    voxels = value if isinstance(value, np.ndarray) else np.full((4, 3, 2), value, np.int16)
    nibabel.save(nibabel.Nifti1Image(voxels, affine), path)


def case(folder, number, images, label):
    for channel, image in enumerate(images):
        save(folder / f"{image}.nii.gz", 1000 + 100 * channel + number)
    if label:
        save(folder / f"{label}.nii.gz", number + 1)


def make(folder):
    for i in range(6):
        case(folder / "nnunet1", i, [f"imagesTr/BLB_{i:03}_0000"], f"labelsTr/BLB_{i:03}")
        case(folder / "nnunet2", i, [f"imagesTr/BLB_{i:03}_0000", f"imagesTr/BLB_{i:03}_0001"], f"labelsTr/BLB_{i:03}")
        case(folder / "nnunet_images", i, [f"imagesTs/BLB_{i:03}_0000", f"imagesTs/BLB_{i:03}_0001"], None)
        case(folder / "lits", i, [f"volume-{i}"], f"segmentation-{i}")
        case(folder / "btcv", i, [f"img/img{i:04}"], f"label/label{i:04}")
        case(folder / "kits", i, [f"data/case_{i:05}/imaging"], f"data/case_{i:05}/segmentation")
        acdc = f"training/patient{i // 2:03}/patient{i // 2:03}"
        case(folder / "acdc", i, [f"{acdc}_frame{1 + i % 2 * 11:02}"], f"{acdc}_frame{1 + i % 2 * 11:02}_gt")
        brats = f"BraTS_{i:03}/BraTS_{i:03}"
        case(folder / "brats", i, [f"{brats}_{kind}" for kind in ("flair", "t1", "t1ce", "t2")], f"{brats}_seg")
        glioma = f"BraTS-GLI-{i // 2:05}-{i % 2:03}"
        case(folder / "brats23", i, [f"{glioma}/{glioma}-{kind}" for kind in ("t1c", "t1n")], f"{glioma}/{glioma}-seg")
        bids = f"sub-{i:02}/anat/sub-{i:02}"
        case(folder / "bids", i, [f"{bids}_T1w"], f"derivatives/manual/{bids}_desc-lesion_dseg")
        atlas = f"sub-{i:02}/ses-1/anat/sub-{i:02}_ses-1_space-MNI"
        case(folder / "atlas", i, [f"{atlas}_T1w"], f"{atlas}_label-L_desc-T1lesion_mask")
        case(folder / "unknown", i, [f"scans/x{i}"], f"segmentations/roi{i}")
        case(folder / "only_labels", i, [], f"labelsTr/x{i}")
        case(folder / "pattern", i, [f"ct/case{i}_a", f"mr/case{i}_b"], f"tumour/of_case{i}")
    save(folder / "acdc/training/patient000/patient000_4d.nii.gz", np.zeros((4, 3, 2, 5), np.int16))
    case(folder / "brats_lacking", 0, ["BraTS_000_flair", "BraTS_000_t1"], "BraTS_000_seg")
    case(folder / "brats_lacking", 1, ["BraTS_001_flair", "BraTS_001_t1"], "BraTS_001_seg")
    case(folder / "brats_lacking", 2, ["BraTS_002_flair"], "BraTS_002_seg")
    case(folder / "two", 0, ["a"], "a_seg")
    case(folder / "two", 1, ["b"], "a_mask")
    save(folder / "large/a.nii.gz", np.zeros((4, 3, 2), np.int16))
    save(folder / "large/a_seg.nii.gz", np.arange(24).reshape(4, 3, 2).astype(np.int16) % 3 * 1000)
    save(folder / "large/b.nii.gz", np.zeros((4, 3, 2), np.int16))
    save(folder / "large/b_seg.nii.gz", np.arange(24).reshape(4, 3, 2).astype(np.int16) % 2 * 7)
    save(folder / "shapes/a.nii.gz", np.zeros((4, 3, 2), np.int16))
    save(folder / "shapes/a_seg.nii.gz", np.zeros((4, 3, 3), np.int16))
    for i in range(3):
        save(folder / f"organs/s{i:04}/ct.nii.gz", 1000 + i)
        for number, organ in enumerate(("liver", "spleen", "aorta")):
            voxels = np.zeros((4, 3, 2), np.uint8)
            voxels[number, i] = 1
            save(folder / f"organs/s{i:04}/segmentations/{organ}.nii.gz", voxels)


def check(imported, channels, *patients):
    images, masks, groups = imported["samples/image"][:], imported["samples/mask"][:], imported["samples/group_id"][:]
    numbers = images[:, 0, 0, 0, 0] - 1000
    assert sorted(numbers) == list(range(len(patients))), numbers
    for image, mask, number in zip(images, masks, numbers):
        assert image.shape[0] == int(channels), image.shape
        assert all((image[c] == 1000 + 100 * c + number).all() for c in range(len(image))), image[:, 0, 0, 0]
        assert (mask == number + 1).all(), (number, mask)
    pairs = {(groups[i], patients[number]) for i, number in enumerate(numbers)}
    assert len(pairs) == len({g for g, _ in pairs}) == len({p for _, p in pairs}) == len(set(patients)), pairs


def names_of_masks(imported):
    return [name.decode() if isinstance(name, bytes) else name for name in imported["samples/mask"].attrs["class_names"]]


def large(imported):
    assert names_of_masks(imported) == ["0", "7", "1000", "2000"]
    places = np.arange(24).reshape(4, 3, 2)
    expected = [np.choose(places % 3, [0, 2, 3]), places % 2]
    for i in range(2):
        assert (imported["samples/mask"][i] == expected[i][::-1, ::-1].transpose(2, 1, 0)).all()


def organs(imported):
    assert names_of_masks(imported) == ["background", "aorta", "liver", "spleen"]
    for i in range(3):
        expected = np.zeros((4, 3, 2), np.uint8)
        for number, name in enumerate(("liver", "spleen", "aorta")):
            expected[number, i] = 1 + ["aorta", "liver", "spleen"].index(name)
        case = imported["samples/image"][i, 0, 0, 0, 0] - 1000
        assert case == i and (imported["samples/mask"][i] == expected[::-1, ::-1].transpose(2, 1, 0)).all()


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    {"check": check, "large": large, "organs": organs}[sys.argv[1]](h5py.File(sys.argv[2]), *sys.argv[3:])
