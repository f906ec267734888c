"""Names nibabel's own test files, or holds imports of them against nibabel's reading. Usage:
nibabel_files.py list                 (a path a line)
nibabel_files.py compare IMPORTED     (IMPORTED/FILE.h5 is the import of the file of that name)"""

import pathlib
import sys

import h5py
import nibabel
import numpy as np

OTHERS = (".py", ".pyc", ".m", ".rst", ".gitignore", ".dcm", ".dcm.gz")  # programs, texts; DICOM has its own test


def files():
    folder = pathlib.Path(nibabel.__file__).parent
    found = [path for path in folder.rglob("tests/data/*") if path.is_file() and not path.name.endswith(OTHERS)]
    return sorted(found)


def compare(imported):
    for file in files():
        result = imported / f"{file.name}.h5"
        if not result.exists():
            continue
        image = nibabel.load(file)
        turn = nibabel.orientations.ornt_transform(nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt("LPS"))
        voxels = nibabel.orientations.apply_orientation(np.asarray(image.dataobj), turn)
        voxels = voxels.reshape(*voxels.shape[:3], -1).transpose(3, 2, 1, 0).astype(np.float32)
        spacing = nibabel.affines.voxel_sizes(image.affine @ nibabel.orientations.inv_ornt_aff(turn, image.shape[:3]))[::-1]
        data = h5py.File(result)
        assert len(data["samples/image"]) == 1
        assert np.array_equal(data["samples/image"][0], voxels, equal_nan=True), file
        assert np.allclose(data["samples/spacing"][0], spacing), file
        print(file)


if sys.argv[1] == "list":
    print(*files(), sep="\n")
else:
    compare(pathlib.Path(sys.argv[2]))
