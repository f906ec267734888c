"""Writes DICOM series of several volumes and Siemens mosaics for dicom_series_test.cpp into a folder, or holds imports against the arrays that
they were made of. Usage:
dicom_series_files.py make FOLDER
dicom_series_files.py patients IMPORTED
dicom_series_files.py compare IMPORTED VALUE…   (each sample's first number, in order; they rise by 1 from slice to slice)"""

import pathlib
import struct
import sys

import h5py
import numpy as np
from dicom_files import image, save
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

SLICES = 4


def slice_of(value, position, uid, **attributes):
    data = image(np.full((6, 5), value), 16, Modality="MR", SeriesInstanceUID=uid, ImageOrientationPatient=[1, 0, 0, 0, 1, 0], **attributes)
    data.ImagePositionPatient, data.PixelSpacing = [0, 0, 2.5 * position], [1, 1]
    return data


def make_phases(folder, name, attributes_of, phases=2):
    """Slice s of volume v has the value 100 v + s; files are in another order."""
    uid = generate_uid()
    (folder / name).mkdir()
    numbers = np.random.default_rng(1).permutation(phases * SLICES)
    for volume in range(phases):
        for position in range(SLICES):
            data = slice_of(100 * volume + position, position, uid, **attributes_of(volume, position))
            save(folder / name, f"{numbers[volume * SLICES + position]:02}", data)


def make_enhanced(folder):
    """One file with all frames."""
    frames = np.stack([np.full((6, 5), 100 * volume + position) for position in range(SLICES) for volume in range(2)])
    data = image(frames, 16, Modality="MR")
    data.PerFrameFunctionalGroupsSequence = Sequence()
    for position in range(SLICES):
        for volume in range(2):
            group, place, content, orientation, measures = (Dataset() for _ in range(5))
            place.ImagePositionPatient = [0, 0, 2.5 * position]
            content.TemporalPositionIndex = 2 - volume  # so that the second volume comes first
            orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            measures.PixelSpacing = [1, 1]
            group.PlanePositionSequence, group.FrameContentSequence = [place], [content]
            group.PlaneOrientationSequence, group.PixelMeasuresSequence = [orientation], [measures]
            data.PerFrameFunctionalGroupsSequence.append(group)
    (folder / "enhanced").mkdir()
    save(folder / "enhanced", "all", data)


def make_frames(folder):
    """Files of several frames with one position for all."""
    for name, attributes in (("dose", {"GridFrameOffsetVector": [0, 2.5, 5, 7.5]}), ("loop", {})):
        (folder / name).mkdir()
        frames = np.stack([np.full((6, 5), value) for value in range(SLICES)])
        place = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "ImagePositionPatient": [1, 2, 3]}
        save(folder / name, "all", image(frames, 16, **place, **attributes))


def csa_header(fields):
    """Siemens' SV10 form."""
    header = b"SV10\x04\x03\x02\x01" + struct.pack("<II", len(fields), 77)
    for name, values in fields.items():
        header += name.encode().ljust(64, b"\0") + struct.pack("<i4siii", len(values), b"FD\0\0", 4, len(values), 77)
        for value in values:
            text = str(value).encode().ljust(13)[:13] + b"\0"
            header += struct.pack("<4i", len(text), len(text), 77, len(text)) + text + b"\0" * (-len(text) % 4)
    return header


def mosaic(first, direction, uid, *, told=True, **attributes):
    """Seven slices in a grid of 3 x 3: slice s has the value `first` + s."""
    tiles = np.zeros((9, 6, 5), int)
    for s in range(7):
        tiles[s] = first + s
    sheet = tiles.reshape(3, 3, 6, 5).swapaxes(1, 2).reshape(18, 15)
    data = slice_of(0, 0, uid, **attributes)
    data.Rows, data.Columns, data.PixelData = 18, 15, sheet.astype("<u2").tobytes()
    data.ImageType = ["ORIGINAL", "PRIMARY", "M", "MOSAIC"]
    data.SpacingBetweenSlices = 3.5
    if told:
        data.add_new(0x00290010, "LO", "SIEMENS CSA HEADER")
        fields = {"EchoLinePosition": [1], "NumberOfImagesInMosaic": [7], "SliceNormalVector": [0, 0, direction]}
        data.add_new(0x00291010, "OB", csa_header(fields))
    return data


def make_mosaics(folder):
    for name, direction in (("mosaics", 1), ("mosaics_downwards", -1)):
        (folder / name).mkdir()
        uid = generate_uid()
        for volume in range(2):
            options = {"AcquisitionNumber": volume + 1, "InstanceNumber": volume + 1}
            save(folder / name, f"{volume}", mosaic(100 * volume, direction, uid, **options))
    (folder / "mosaics_bare").mkdir()
    save(folder / "mosaics_bare", "0", mosaic(0, 1, generate_uid(), told=False))


def make(folder):
    make_phases(folder, "echoes", lambda v, s: {"EchoTime": 10 * (2 - v), "InstanceNumber": 1})
    make_phases(folder, "times", lambda v, s: {"TriggerTime": 500 * v + 3 * s, "InstanceNumber": 100 * s + v})
    make_phases(folder, "numbers", lambda v, s: {"InstanceNumber": 10 * v + s})
    pairs = lambda v, s: {"EchoTime": 10 * (1 + v % 2), "TemporalPositionIdentifier": 1 + v // 2}
    make_phases(folder, "pairs", pairs, phases=4)
    make_phases(folder, "twice", lambda v, s: {"InstanceNumber": s})
    make_enhanced(folder)
    make_frames(folder)
    make_mosaics(folder)


def compare(imported, firsts):
    images = h5py.File(imported)["samples/image"][:]
    assert len(images) == len(firsts), (len(images), firsts)
    for volume, first in zip(images, firsts):
        slices = volume[0].astype(int).reshape(-1, *volume.shape[-2:])
        values = slices[:, 0, 0]
        assert (slices == values[:, None, None]).all()  # no slice holds parts of another
        assert values[0] == first and np.diff(values).tolist() in ([1] * (len(values) - 1), [-1] * (len(values) - 1)), (values, first)


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
elif sys.argv[1] == "patients":
    patients = h5py.File(sys.argv[2])["samples/group_id"][:]
    print(f"{len(patients)} samples of {len(set(patients))} patient")
else:
    compare(sys.argv[-1], [int(value) for value in sys.argv[2:-1]])
