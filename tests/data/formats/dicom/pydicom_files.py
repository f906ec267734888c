"""Holds imports of the DICOM files that pydicom's wheel ships against pydicom's own reading. Usage:
pydicom_files.py list                 the folder, then each file below it, one a line, behind "image" or "other"
pydicom_files.py compare IMPORTED     FILE was imported as IMPORTED/FILE.h5; prints how far a file is off, one a line, and fails where it may not be"""

import pathlib
import sys
import warnings

import h5py
import numpy as np
import pydicom
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array
from pydicom.uid import JPEGBaseline8Bit, JPEGExtended12Bit

warnings.simplefilter("ignore")
ROOT = pathlib.Path(pydicom.__file__).parent / "data"
OTHERS = {".py", ".pyc", ".md", ".txt", ".json", ".icc", ".dump", ".gz"}


LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit)  # whose decoders round differently
THE_SAME = {"test_files/JPEG-lossy.dcm": "test_files/JPGExtended.dcm"}  # wrong scan parameters, at which pydicom fails, were mended
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def kind_of(file):
    data = pydicom.dcmread(ROOT / file, force=True)
    return "image" if any(name in data for name in PIXELS) else "other"


def files():
    return sorted(str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if file.is_file() and file.suffix not in OTHERS and file.name != "README")


def frames_of(file):
    """[N, C, H, W] as pydicom has it: RGB, values of the modality, bright is high."""
    data = pydicom.dcmread(file, force=True)
    pixels = pixel_array(data)
    if data.PhotometricInterpretation == "PALETTE COLOR":
        bits = 8 if data.RedPaletteColorLookupTableDescriptor[2] > 8 else 0
        pixels = apply_color_lut(pixels, data) >> bits
    elif data.SamplesPerPixel == 1:
        if data.PhotometricInterpretation == "MONOCHROME1":
            pixels = (1 << data.BitsStored) - 1 - pixels
        pixels = apply_modality_lut(pixels, data)
        return pixels.reshape(-1, 1, *pixels.shape[-2:])
    return np.moveaxis(pixels.reshape(-1, *pixels.shape[-3:]), -1, 1)


def compare(imported):
    wrong = []
    for file in files():
        ours = imported / (file + ".h5")
        if not ours.exists():
            continue
        try:
            theirs = frames_of(ROOT / THE_SAME.get(file, file)).astype(np.float32).astype(float)
        except Exception as error:
            print(file, "is not read by pydicom:", str(error).splitlines()[0])
            wrong.append(file)
            continue
        values = h5py.File(ours)["samples/image"][:].astype(float)
        is_lossy = pydicom.dcmread(ROOT / file, force=True).file_meta.get("TransferSyntaxUID") in LOSSY
        if values.shape != theirs.shape:
            print(file, values.shape, theirs.shape)
            wrong.append(file)
        else:
            off = np.abs(values - theirs).max()
            print(file, off, np.abs(values - theirs).mean())
            if off > (3 if is_lossy else 0):
                wrong.append(file)
    assert not wrong, wrong


if sys.argv[1] == "list":
    print(ROOT, *(f"{kind_of(file)} {file}" for file in files()), sep="\n")
else:
    compare(pathlib.Path(sys.argv[2]))
