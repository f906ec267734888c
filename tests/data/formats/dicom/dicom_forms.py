"""Writes DICOM files of rarer forms for dicom_forms_test.cpp into a folder, those that are not read into its folder `refused`, or holds an
import against pydicom's reading. Usage as dicom_files.py, and
dicom_forms.py plain FOLDER IMPORTED   (all imports are held against plain.dcm)"""

import io
import pathlib
import shutil
import struct
import sys

import h5py
import numpy as np
import pydicom
from dicom_files import image, main, save, texture
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.pixels.utils import pack_bits
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

PIXELS = b"\xe0\x7f\x10\x00"
UNDEFINED = 0xFFFFFFFF


def insert_before_pixels(folder, name, source, element):
    before, pixels, after = (folder / f"{source}.dcm").read_bytes().rpartition(PIXELS)
    (folder / f"{name}.dcm").write_bytes(before + element + pixels + after)


def item(data, head=struct.pack("<HHL", 0xFFFE, 0xE000, UNDEFINED), end=struct.pack("<HHL", 0xFFFE, 0xE00D, 0)):
    return head + data + end


def undefined(tag, representation, items):
    head = struct.pack("<HH2sHL", *tag, representation, 0, UNDEFINED)
    return head + items + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def icon(syntax=JPEGLSLossless):
    """An image to be put into another, its pixels in fragments."""
    data = image(texture(16, 16, 255), 8)
    del data.file_meta, data.SOPClassUID, data.SOPInstanceUID, data.StudyInstanceUID, data.SeriesInstanceUID, data.PatientID, data.Modality
    data.PixelData = encapsulate([b"\x01\x02\x03\x04", b"\xfe\xff\x00\xe0\x00\x00"])
    data["PixelData"].is_undefined_length = True
    return data


def implicit(data):
    stream = DicomBytesIO()
    stream.is_implicit_VR, stream.is_little_endian = True, True
    write_dataset(stream, data)
    return stream.getvalue()


def explicit(data):
    stream = DicomBytesIO()
    stream.is_implicit_VR, stream.is_little_endian = False, True
    write_dataset(stream, data)
    return stream.getvalue()


def make_pixel_group(folder, deep, frames):
    save(folder, "plain", image(deep, 16))
    insert_before_pixels(folder, "group_length", "plain", struct.pack("<HH2sHL", 0x7FE0, 0, b"UL", 4, 2 * deep.size + 12))
    offsets = image(frames, 8)
    offsets.compress(RLELossless, encapsulate_ext=True)
    save(folder, "extended_offsets", offsets)
    for name, kind in (("FloatPixelData", np.float32), ("DoubleFloatPixelData", np.float64)):
        data = image(deep, 16)
        del data.PixelData, data.BitsStored, data.HighBit, data.PixelRepresentation
        data.BitsAllocated = 8 * np.dtype(kind).itemsize
        setattr(data, name, (deep / 7 - 100).astype(np.float32).astype(kind).tobytes())
        save(folder, name, data)
        data.RescaleSlope, data.RescaleIntercept = 0.5, 3
        save(folder, f"{name}_scaled", data)


def make_big_endian(folder):
    """8-bit samples as OB, OW and UN; odd sizes, several frames."""
    frames = np.stack([texture(5, 7, 255) for _ in range(3)])
    colours = np.stack([texture(3, 3, 255) for _ in range(3)], -1)
    for name, pixels, options in (("frames", frames, {}), ("colours", colours, {"photometric": "RGB"}), ("even", texture(4, 6, 255), {})):
        for representation in ("OB", "OW", "UN"):
            data = image(pixels, 8, syntax=ExplicitVRBigEndian, **options)
            if representation == "OW":
                data.PixelData = np.frombuffer(data.PixelData, "<u2").byteswap().tobytes()
            data["PixelData"].VR = representation
            save(folder, f"big_endian_{name}_{representation}", data)
    for bits in (16, 32):
        for representation in ("OB", "OW", "UN"):
            data = image(texture(5, 7, 4095), bits, syntax=ExplicitVRBigEndian)
            data["PixelData"].VR = representation
            save(folder, f"big_endian_{bits}_{representation}", data)
    bits = image((texture(5, 7, 255) > 100).astype(int), 8, syntax=ExplicitVRBigEndian)
    bits.BitsAllocated, bits.BitsStored, bits.HighBit = 1, 1, 0
    bits.PixelData = pack_bits((texture(5, 7, 255) > 100).astype(np.uint8).ravel())
    save(folder, "big_endian_bits", bits)


def make_nested(folder, deep):
    with_icon = image(deep, 16)
    with_icon.IconImageSequence = Sequence([icon()])
    save(folder, "icon", with_icon)
    insert_before_pixels(folder, "icon_unknown", "plain", undefined((0x0029, 0x1010), b"UN", item(implicit(icon()))))
    insert_before_pixels(folder, "icon_unknown_explicit", "plain", undefined((0x0029, 0x1010), b"UN", item(explicit(icon()))))
    fragments = struct.pack("<HHL", 0xFFFE, 0xE000, 4) + b"abcd"
    for representation in (b"OB", b"OW", b"UN"):
        name = f"fragments_{representation.decode()}"
        insert_before_pixels(folder, name, "plain", undefined((0x0029, 0x1010), representation, fragments))
        inner = undefined((0x0029, 0x1010), representation, fragments)
        insert_before_pixels(folder, name + "_nested", "plain", undefined((0x0029, 0x1020), b"SQ", item(inner)))


def make_colours(folder, colours):
    deep = colours.astype(int) * 257
    save(folder, "colours_16", image(deep, 16, photometric="RGB"))
    save(folder, "colours_16_big_endian", image(deep, 16, photometric="RGB", syntax=ExplicitVRBigEndian))
    planar = image(np.moveaxis(deep, -1, 0), 16)
    planar.SamplesPerPixel, planar.PhotometricInterpretation, planar.PlanarConfiguration = 3, "RGB", 1
    planar.Rows, planar.Columns = deep.shape[:2]
    del planar.NumberOfFrames
    save(folder, "colours_16_planar", planar)
    for syntax, ending in ((RLELossless, "rle"), (JPEG2000Lossless, "jpeg2000"), (JPEGLSLossless, "jpegls")):
        data = image(deep, 16, photometric="RGB")
        data.compress(syntax)
        save(folder, f"colours_16_{ending}", data)
    ybr = image(colours, 8, photometric="YBR_FULL")
    save(folder, "ybr", ybr)
    for name, syntax in (("ybr_422", None), ("ybr_422_big_endian", ExplicitVRBigEndian)):
        half = np.stack([colours[:, 0::2, 0], colours[:, 1::2, 0], colours[:, 0::2, 1], colours[:, 0::2, 2]], -1).astype(np.uint8)
        data = image(colours, 8, photometric="YBR_FULL_422", **({"syntax": syntax} if syntax else {}))
        data.PixelData = half.tobytes()
        save(folder, name, data)


def make_compressed(folder, grey, deep, frames):
    deflated = image(deep, 16, stored=12, syntax=DeflatedExplicitVRLittleEndian)
    save(folder, "deflated", deflated)
    fewer = image(deep, 16, stored=12)
    fewer.compress(JPEG2000Lossless)
    fewer.BitsStored, fewer.HighBit = 16, 15
    save(folder, "jpeg2000_of_fewer_bits", fewer)
    signed = image(deep, 16, stored=12)
    signed.compress(JPEG2000Lossless)
    signed.PixelRepresentation = 1
    save(folder, "jpeg2000_without_sign", signed)
    small = image(grey, 8)
    small.compress(JPEG2000Lossless)
    small.BitsAllocated, small.BitsStored, small.HighBit = 16, 16, 15
    save(folder, "jpeg2000_of_bytes", small)
    boxed = image(grey, 8)
    packed = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(packed, "JPEG2000", irreversible=False, no_jp2=False)
    boxed.file_meta.TransferSyntaxUID = JPEG2000Lossless
    boxed.PixelData = encapsulate([packed.getvalue()])
    boxed["PixelData"].is_undefined_length = True
    save(folder, "jp2", boxed)
    shutil.copy(get_testdata_file("JPGExtended.dcm", download=False), folder / "jpeg_12.dcm")
    parts = image(frames, 8)
    parts.compress(JPEGLSLossless)
    whole = list(parts_of(parts))
    parts.PixelData = encapsulate([part for frame in whole for part in (frame[:100], frame[100:])], has_bot=False)
    parts["PixelData"].is_undefined_length = True
    save(folder, "frames_in_parts", parts)


def parts_of(data):
    from pydicom.encaps import generate_frames

    for frame in generate_frames(data.PixelData, number_of_frames=data.NumberOfFrames):
        yield frame + b"\0" * (len(frame) % 2)


def make_refused(folder, grey, deep):
    folder.mkdir()
    save(folder, "sound", image(deep, 16))
    htj2k = image(deep, 16, stored=12)
    htj2k.compress(JPEG2000Lossless)
    htj2k.file_meta.TransferSyntaxUID = HTJ2KLossless
    save(folder, "htj2k", htj2k)
    without = image(grey, 8)
    del without.PixelData
    save(folder, "without_pixels", without)
    twice = image(deep, 16)
    twice.FloatPixelData = deep.astype(np.float32).tobytes()
    save(folder, "twice", twice)
    partial = image(np.stack([grey] * 3, -1), 8, photometric="RGB")
    partial.PhotometricInterpretation = "YBR_PARTIAL_422"
    save(folder, "partial", partial)
    damaged = image(grey, 8)
    packed = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(packed, "JPEG")
    damaged.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    damaged.PixelData = encapsulate([packed.getvalue()[: len(packed.getvalue()) * 2 // 3]])
    damaged["PixelData"].is_undefined_length = True
    save(folder, "damaged", damaged)
    frames = image(np.stack([grey] * 2), 8)
    frames["NumberOfFrames"]._value = "2a"
    save(folder, "frames", frames)


def make(folder):
    grey, deep = texture(40, 52, 255), texture(40, 52, 4095)
    colours = np.stack([texture(40, 52, 255) for _ in range(3)], -1)
    frames = np.stack([grey, 255 - grey, grey // 2])
    make_pixel_group(folder, deep, frames)
    make_big_endian(folder)
    make_nested(folder, deep)
    make_colours(folder, colours)
    make_compressed(folder, grey, deep, frames)
    make_refused(folder / "refused", grey, deep)


def equal_plain(folder, imported):
    """Of plain.dcm with something inserted that pydicom does not read."""
    for file in imported.glob("*.h5"):
        assert np.array_equal(h5py.File(file)["samples/image"][0, 0], pydicom.dcmread(folder / "plain.dcm").pixel_array), file
        print(file.stem)


if sys.argv[1] == "plain":
    equal_plain(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
else:
    main(make)
