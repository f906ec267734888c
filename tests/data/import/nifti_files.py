"""Writes the NIfTI files of nifti_test.cpp into a folder, or holds an import against nibabel's reading. Usage:
nifti_files.py make FOLDER
nifti_files.py compare FOLDER IMPORTED   (FOLDER/NAME was imported as IMPORTED/NAME.h5)
nifti_files.py masks FOLDER IMPORTED
nifti_files.py centre FOLDER IMPORTED   (of images/ and labels/, padded)"""

import itertools
import pathlib
import sys

import h5py
import nibabel
import numpy as np

random = np.random.default_rng(5)
TO_LPS = np.diag([-1, -1, 1, 1])


def save(path, voxels, affine, slope=None, intercept=None, **texts):
    image = nibabel.Nifti1Image(voxels, affine)
    if slope is not None:
        image.header.set_slope_inter(slope, intercept)
    for name, text in texts.items():
        image.header[name] = text
    path.parent.mkdir(exist_ok=True, parents=True)
    nibabel.save(image, path)


def make(folder):
    codes = ["".join(code) for axes in itertools.permutations(["RL", "AP", "SI"]) for code in itertools.product(*axes)]
    for number, code in enumerate(codes):
        affine = nibabel.orientations.inv_ornt_aff(nibabel.orientations.axcodes2ornt(code), (7, 6, 5))
        affine = np.linalg.inv(affine) if number % 2 else affine
        save(folder / f"turned/{code}.nii", random.integers(0, 200, (7, 6, 5)).astype(np.uint8), affine @ np.diag([1, 2, 3, 1]))
    straight = np.diag([0.5, 1, 2, 1])
    for kind in ("uint8", "int16", "uint16", "int32", "float32", "float64", "int8"):
        save(folder / f"{kind}.nii.gz", random.integers(0, 100, (7, 6, 5)).astype(kind), straight)
    for name in ("scaled.nii.gz", "plain_scaled.nii", "twins/a.nii", "twins/a.nii.gz"):
        save(folder / name, random.integers(0, 1000, (7, 6, 5)).astype(np.int16), straight, 0.5, -3)
    for name in ("channels.nii.gz", "plain_channels.nii"):
        save(folder / name, random.integers(0, 1000, (7, 6, 5, 3)).astype(np.int16), straight)
    save(folder / "flat.nii", np.zeros((7, 6), np.uint8), straight)
    angle = np.array([[0.9848, -0.1736, 0, 4], [0.1736, 0.9848, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1.0]])
    save(folder / "oblique.nii.gz", random.integers(0, 1000, (7, 6, 5)).astype(np.int16), angle @ np.diag([-2, 2, 2, 1]))
    labels = random.integers(0, 3, (7, 6, 5)).astype(np.uint8)
    save(folder / "msd/imagesTr/a.nii.gz", random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight)
    save(folder / "msd/labelsTr/a.nii.gz", labels, straight)
    save(folder / "msd/imagesTs/b.nii.gz", random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight)
    save(folder / "beside/a.nii.gz", random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight)
    save(folder / "beside/a_seg.nii.gz", labels.astype(np.float32), straight)
    save(folder / "labelled/images/a.nii", random.integers(0, 9, (4, 3, 2)).astype(np.float64), straight)
    save(folder / "labelled/labels/a.nii", labels[:4, :3, :2], straight)
    for patient in range(10):
        for kind in ("T1", "flair"):
            voxels = random.integers(0, 9, (4, 3, 2)).astype(np.int16)
            save(folder / f"in_folders/Patient{patient:02}/{kind}.nii.gz", voxels, straight)
            save(folder / f"by_name/BraTS_{patient:03}_{kind}.nii.gz", voxels, straight)
    save(folder / "apart/images/a.nii.gz", random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight)
    save(folder / "apart/labels/a.nii.gz", labels, np.diag([0.5, 1, 2.5, 1]))


def canonical(path):
    """[C, D, H, W] in LPS, and the spacing along D, H, W."""
    image = nibabel.load(path)
    turn = nibabel.orientations.ornt_transform(nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt("LPS"))
    image = image.as_reoriented(turn)
    voxels = np.asarray(image.dataobj)
    voxels = voxels[..., None] if voxels.ndim == 3 else voxels
    return voxels.transpose(3, 2, 1, 0), image.header.get_zooms()[2::-1]


def check(source, imported, labels=None):
    voxels, spacing = canonical(source)
    stored = imported["samples/image"][:]
    assert stored.shape[1:] == voxels.shape, (source, stored.shape, voxels.shape)
    assert np.array_equal(stored[0], voxels), source
    assert np.allclose(imported["samples/spacing"][0], spacing), (source, imported["samples/spacing"][0], spacing)
    if labels:
        assert np.array_equal(imported["samples/mask"][0], canonical(labels)[0][0]), source


def compare(folder, imported):
    for file in sorted(imported.rglob("*.h5")):
        check(folder / file.relative_to(imported).with_suffix(""), h5py.File(file))
        print(file)


def masks(folder, imported):
    check(folder / "msd/imagesTr/a.nii.gz", h5py.File(imported / "msd.h5"), folder / "msd/labelsTr/a.nii.gz")
    check(folder / "beside/a.nii.gz", h5py.File(imported / "beside.h5"), folder / "beside/a_seg.nii.gz")


def placed(voxels, size, fill):
    result = np.full(size, fill, voxels.dtype)
    ours, theirs = [], []
    for length, wanted in zip(voxels.shape, size):
        kept = min(length, wanted)
        ours.append(slice((wanted - kept) // 2, (wanted - kept) // 2 + kept))
        theirs.append(slice((length - kept) // 2, (length - kept) // 2 + kept))
    result[tuple(ours)] = voxels[tuple(theirs)]
    return result


def centre(folder, imported):
    files = sorted((pathlib.Path(folder) / "images").glob("[!.]*.nii.gz"))
    assert len(files) == len(imported["samples/image"]) == 40
    for i, file in enumerate(files):
        voxels = canonical(file)[0][0].astype(np.float32)
        labels = canonical(pathlib.Path(folder) / "labels" / file.name)[0][0]
        size = imported["samples/image"].shape[2:]
        assert np.array_equal(imported["samples/image"][i, 0], placed(voxels, size, voxels.min())), file
        assert np.array_equal(imported["samples/mask"][i], placed(labels, size, 0)), file


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
elif sys.argv[1] == "centre":
    centre(sys.argv[2], h5py.File(sys.argv[3]))
else:
    {"compare": compare, "masks": masks}[sys.argv[1]](pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
