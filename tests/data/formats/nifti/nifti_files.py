"""Writes the NIfTI files of nifti_test.cpp into a folder, or holds an import against nibabel's reading. Usage:
nifti_files.py make FOLDER
nifti_files.py compare FOLDER IMPORTED   (FOLDER/NAME was imported as IMPORTED/NAME.h5)
nifti_files.py masks FOLDER IMPORTED
nifti_files.py centre FOLDER IMPORTED   (of images/ and labels/, padded)
nifti_files.py corner FILE IMPORTED
nifti_files.py volumes FILE IMPORTED NUMBER…   (from 1 on)"""

import gzip
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


def make_kinds(folder):
    """Files as nibabel writes them and others do: all number types in both byte orders and both versions, pairs, colours, units, names."""
    straight = np.diag([0.5, 1, 2, 1])
    for kind in ("u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"):
        for order, version in itertools.product("<>", (nibabel.Nifti1Image, nibabel.Nifti2Image)):
            voxels = random.integers(0, 100, (7, 6, 5)).astype(kind)
            header = version.header_class(endianness=order)
            header.set_data_dtype(kind)
            name = f"{kind}_{'little' if order == '<' else 'big'}_{1 if version is nibabel.Nifti1Image else 2}.nii"
            image = version(voxels, straight, header)
            image.header.set_slope_inter(*random.choice([(1, 0), (0.25, -7), (2, 3)]))
            nibabel.save(image, folder / name)
    for version, name in ((nibabel.Nifti1Pair, "pair1.img"), (nibabel.Nifti2Pair, "pair2.img")):
        nibabel.save(version(random.integers(0, 1000, (7, 6, 5)).astype(np.int16), straight), folder / name)
    for channels in ("RGB", "RGBA"):
        colours = random.integers(0, 256, (7, 6, 5, len(channels))).astype(np.uint8)
        colours = colours.view([(channel, "u1") for channel in channels])[..., 0]
        nibabel.save(nibabel.Nifti1Image(colours, straight), folder / f"{channels}.nii.gz")
    for name, unit in (("metres.nii", 1), ("microns.nii", 3), ("none.nii", 0)):
        save(folder / name, random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight @ np.diag([3, 2, 1, 1]), xyzt_units=unit)
    packed = gzip.compress((folder / "none.nii").read_bytes())
    (folder / "packed.nii").write_bytes(packed)
    (folder / "unpacked.nii.gz").write_bytes((folder / "none.nii").read_bytes())
    for number in range(40):  # oblique and sheared; by the sform, by the qform, by neither
        turn = rotation() @ np.diag(random.uniform(0.5, 3, 3))
        affine = np.eye(4)
        affine[:3, :3] = turn @ (np.eye(3) + 0.4 * np.triu(random.uniform(-1, 1, (3, 3)), 1)) if number % 2 else turn
        affine[:3, 3] = random.uniform(-50, 50, 3)
        image = nibabel.Nifti1Image(random.integers(0, 1000, (7, 6, 5)).astype(np.int16), affine)
        if number % 4 == 0:
            image.set_qform(affine, 1)
            image.set_sform(None, 0)
        elif number % 4 == 2 and number < 8:
            image.set_sform(None, 0)
            image.header["pixdim"][1:4] = (1, 2, 3)
        nibabel.save(image, folder / f"turned{number}.nii")
    vectors = nibabel.Nifti1Image(random.normal(size=(7, 6, 5, 1, 3)).astype(np.float32), straight)
    nibabel.save(vectors, folder / "vectors.nii.gz")


def rotation():
    """Random, with reflections."""
    q, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return q


def make_numbers(folder):
    straight = np.diag([0.5, 1, 2, 1])
    voxels = random.normal(size=(7, 6, 5)).astype(np.float32)
    voxels[0, 0, 0], voxels[1, 1, 1], voxels[2, 2, 2] = np.nan, np.inf, np.nan
    save(folder / "nan.nii.gz", voxels, straight)
    for kind in ("int32", "int64", "uint64", "float64"):
        large = random.integers(0, 9, (7, 6, 5)).astype(kind)
        large[0, 0, :3] = (2**24 + 1, 2**24 + 2, 2**30 + 1)
        nibabel.save(nibabel.Nifti1Image(large, straight, dtype=kind), folder / f"large_{kind}.nii")
    save(folder / "of_two_blocks.nii.gz", random.integers(0, 256, (50, 50, 50)).astype(np.uint8), straight)
    large = random.integers(0, 9, (7, 6, 5)).astype(np.float64)
    large[0, 0, 0] = 1e300
    save(folder / "beyond.nii", large, straight)


def make(folder):
    for part, maker in (("kinds", make_kinds), ("numbers", make_numbers)):
        (folder / part).mkdir(parents=True)
        maker(folder / part)
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
    for name, volumes in (("a", 2), ("b", 3)):
        save(folder / f"phases/{name}.nii.gz", random.integers(0, 9, (7, 6, 5, volumes)).astype(np.int16), straight)
    save(folder / "apart/images/a.nii.gz", random.integers(0, 9, (7, 6, 5)).astype(np.int16), straight)
    save(folder / "apart/labels/a.nii.gz", labels, np.diag([0.5, 1, 2.5, 1]))


def load(path):
    if path.name == "packed.nii":
        return nibabel.Nifti1Image.from_bytes(gzip.decompress(path.read_bytes()))
    if path.name == "unpacked.nii.gz":
        return nibabel.Nifti1Image.from_bytes(path.read_bytes())
    return nibabel.load(path)


def canonical(path):
    """[C, D, H, W] in LPS, and the spacing along D, H, W in mm."""
    image = load(path)
    turn = nibabel.orientations.ornt_transform(nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt("LPS"))
    voxels = nibabel.orientations.apply_orientation(np.asarray(image.dataobj), turn)
    affine = image.affine @ nibabel.orientations.inv_ornt_aff(turn, image.shape[:3])
    if voxels.dtype.names:
        voxels = np.stack([voxels[channel] for channel in voxels.dtype.names], -1)
    voxels = voxels.reshape(*voxels.shape[:3], -1)
    unit = {1: 1000, 3: 0.001}.get(int(image.header["xyzt_units"]) & 7, 1)
    return voxels.transpose(3, 2, 1, 0), nibabel.affines.voxel_sizes(affine)[::-1] * unit


def check(source, imported, labels=None):
    voxels, spacing = canonical(source)
    stored = imported["samples/image"][:]
    assert stored.shape[1:] == voxels.shape, (source, stored.shape, voxels.shape)
    assert np.array_equal(stored[0], voxels.astype(np.float32), equal_nan=True), source
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


def volumes(file, imported, *numbers):
    voxels = canonical(pathlib.Path(file))[0]
    assert len(imported["samples/image"]) == len(numbers)
    for stored, number in zip(imported["samples/image"], numbers):
        assert np.array_equal(stored[0], voxels[int(number) - 1]), number


def corner(file, imported):
    """The border that was filled up has the smallest number of the volume."""
    voxels = canonical(pathlib.Path(file))[0]
    assert imported["samples/image"][0, 0, 0, 0, 0] == voxels[np.isfinite(voxels)].min()


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


arguments = sys.argv[2:]
if sys.argv[1] == "make":
    make(pathlib.Path(arguments[0]))
elif sys.argv[1] in ("compare", "masks"):
    globals()[sys.argv[1]](*map(pathlib.Path, arguments))
else:
    {"centre": centre, "volumes": volumes, "corner": corner}[sys.argv[1]](arguments[0], h5py.File(arguments[1]), *arguments[2:])
