"""Writes the DICOM files of dicom_test.cpp into a folder, or holds an import against pydicom's reading. Usage:
dicom_files.py make FOLDER
dicom_files.py compare FOLDER IMPORTED   (FOLDER/NAME was imported as IMPORTED/NAME.h5)
dicom_files.py volume FOLDER IMPORTED"""

import io
import pathlib
import sys
import warnings

import h5py
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

warnings.simplefilter("ignore")
random = np.random.default_rng(3)
COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422")


def texture(rows, columns, highest):
    y, x = np.mgrid[:rows, :columns]
    noise = random.integers(0, max(2, highest // 50), (rows, columns))
    return ((np.sin(x / 7) + np.cos(y / 5) + 2) / 4 * highest + noise).clip(0, highest).astype(int)


def image(pixels, bits, *, stored=None, signed=False, photometric="MONOCHROME2", syntax=ExplicitVRLittleEndian, **attributes):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), generate_uid()
    data.PatientID, data.Modality = "patient", "OT"
    data.SamplesPerPixel = 3 if photometric in COLOURS else 1
    if data.SamplesPerPixel == 3:
        data.PlanarConfiguration = 0
    shape = pixels.shape[:-1] if data.SamplesPerPixel == 3 else pixels.shape
    if len(shape) == 3:
        data.NumberOfFrames = shape[0]
    data.Rows, data.Columns = shape[-2:]
    data.PhotometricInterpretation = photometric
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, stored or bits, (stored or bits) - 1
    data.PixelRepresentation = int(signed)
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    data.PixelData = pixels.astype(f"{order}{'i' if signed else 'u'}{bits // 8}").tobytes()
    data["PixelData"].VR = "OW" if bits == 16 else "OB"
    data.PixelData += b"\0" * (len(data.PixelData) % 2)
    for name, value in attributes.items():
        setattr(data, name, value)
    return data


def save(folder, name, data, **options):
    data.save_as(folder / f"{name}.dcm", **({"enforce_file_format": True} | options))


def jpeg(folder, name, data, pixels, photometric, **options):
    packed = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(packed, "JPEG", quality=95, **options)
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    data.PhotometricInterpretation = photometric
    data.PixelData = encapsulate([packed.getvalue()])
    data["PixelData"].is_undefined_length = True
    save(folder, name, data)


def with_lut(data, entries, first, bits, *, packed=False, vr="OW", count=None):
    """`packed`: two entries a word."""
    order = ">" if data.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
    item = Dataset()
    item.LUTDescriptor = [(count or len(entries)) % 65536, first, bits]
    if packed:
        entries = np.append(entries, [0] * (len(entries) % 2)).astype(np.uint8).view("<u2")
    item["LUTDescriptor"].VR = "SS" if data.PixelRepresentation else "US"
    item.add_new("LUTData", vr, entries.astype(f"{order}u2").tobytes() if vr == "OW" else entries.tolist())
    data.ModalityLUTSequence = [item]
    return data


def make_luts(folder, deep, signed):
    values = lambda count, highest: random.integers(0, highest, count, endpoint=True)
    plain = lambda **attributes: image(deep, 16, stored=12, **attributes)
    below_zero = lambda **attributes: image(signed, 16, signed=True, **attributes)
    rescale = {"RescaleSlope": 2, "RescaleIntercept": 7}
    save(folder, "lut", with_lut(plain(Modality="CT", **rescale), values(3000, 65535), 500, 16))
    save(folder, "lut_whole", with_lut(image(deep * 16, 16), values(65536, 65535), 0, 16))
    save(folder, "lut_signed", with_lut(below_zero(), values(1500, 65535), -1000, 16, vr="US"))
    save(folder, "lut_8", with_lut(below_zero(), values(255, 255), -100, 8))
    save(folder, "lut_8_packed", with_lut(plain(), values(1001, 255), 1500, 8, packed=True))
    big_endian = below_zero(syntax=ExplicitVRBigEndian)
    save(folder, "lut_8_packed_big_endian", with_lut(big_endian, values(1001, 255), -500, 8, packed=True))
    save(folder, "lut_inverted", with_lut(plain(photometric="MONOCHROME1"), values(2000, 200) + 20, 1000, 16))
    implicit = with_lut(image(signed, 16, signed=True, syntax=ImplicitVRLittleEndian), values(1500, 65535), -1000, 16)
    save(folder, "lut_implicit", implicit)
    rle = with_lut(plain(), values(3000, 65535), 500, 16)
    rle.compress(RLELossless)
    save(folder, "lut_rle", rle)

    damaged = folder / "damaged_luts"
    damaged.mkdir()
    save(damaged, "sound", with_lut(plain(), values(100, 65535), 0, 16))
    save(damaged, "0_bits", with_lut(plain(), values(100, 255), 0, 0))
    save(damaged, "17_bits", with_lut(plain(), values(100, 255), 0, 17))
    save(damaged, "short", with_lut(plain(), values(99, 255), 0, 16, count=100))
    save(damaged, "packed_16", with_lut(plain(), values(50, 255), 0, 16, count=100))
    empty = with_lut(plain(), values(100, 255), 0, 16)
    del empty.ModalityLUTSequence[0].LUTDescriptor
    save(damaged, "undescribed", empty)


def make(folder):
    grey, deep = texture(40, 52, 255), texture(40, 52, 4095)
    signed = deep - 2048
    colours = np.stack([texture(40, 52, 255) for _ in range(3)], -1)
    frames = np.stack([grey, 255 - grey, grey // 2])
    kinds = {
        "grey": (grey, 8, {}),
        "deep": (deep, 16, {"stored": 12}),
        "signed": (signed, 16, {"signed": True, "stored": 12}),
        "colours": (colours, 8, {"photometric": "RGB"}),
        "frames": (frames, 8, {}),
    }
    for name, (pixels, bits, options) in kinds.items():
        save(folder, name, image(pixels, bits, **options))
        for syntax, ending in ((RLELossless, "rle"), (JPEG2000Lossless, "jpeg2000"), (JPEGLSLossless, "jpegls")):
            data = image(pixels, bits, **options)
            data.compress(syntax)
            save(folder, f"{name}_{ending}", data)
    save(folder, "implicit", image(deep, 16, syntax=ImplicitVRLittleEndian))
    save(folder, "big_endian", image(signed, 16, signed=True, syntax=ExplicitVRBigEndian))
    save(folder, "ct", image(deep, 16, stored=12, Modality="CT", RescaleSlope=1, RescaleIntercept=-1024, PixelSpacing=[0.5, 0.25]))
    save(folder, "pet", image(deep, 16, Modality="PT", RescaleSlope=0.25, RescaleIntercept=-1.5))
    save(folder, "inverted", image(deep, 16, stored=12, photometric="MONOCHROME1"))
    palette = image(grey // 4, 8, photometric="PALETTE COLOR")
    for colour in ("Red", "Green", "Blue"):
        setattr(palette, f"{colour}PaletteColorLookupTableDescriptor", [64, 0, 16])
        setattr(palette, f"{colour}PaletteColorLookupTableData", random.integers(0, 65536, 64).astype("<u2").tobytes())
    save(folder, "palette", palette)
    jpeg(folder, "jpeg_grey", image(grey, 8), grey, "MONOCHROME2")
    jpeg(folder, "jpeg_ybr_422", image(colours, 8, photometric="RGB"), colours, "YBR_FULL_422", subsampling=1)
    jpeg(folder, "jpeg_said_to_be_rgb", image(colours, 8, photometric="RGB"), colours, "RGB", subsampling=0)
    bare = image(grey, 8)
    del bare.file_meta
    bare.save_as(folder / "no_preamble.dcm", implicit_vr=True, little_endian=True, enforce_file_format=False)
    report = image(grey, 8)
    for name in ("PixelData", "Rows", "Columns"):
        delattr(report, name)
    save(folder, "report", report)
    make_luts(folder, deep, signed)

    series = folder / "series"
    series.mkdir()
    uid = generate_uid()
    heights = [30.0, 2.5, 10.0, 17.5, 25.0, 5.0, 12.5, 20.0, 7.5, 15.0, 22.5, 27.5]
    for i, height in enumerate(heights):
        slice_ = image(np.full((6, 5), round(height * 10)), 16, Modality="MR", SeriesInstanceUID=uid, InstanceNumber=i + 1)
        slice_.ImageOrientationPatient, slice_.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, height]
        slice_.PixelSpacing, slice_.SliceThickness = [0.5, 0.75], 9
        save(series, f"{i:02}", slice_)


def after_modality_lut(pixels, data):
    if "ModalityLUTSequence" in data:
        item = data.ModalityLUTSequence[0]
        is_packed = item["LUTData"].VR == "OW" and len(item.LUTData) < 2 * item.LUTDescriptor[0]
        if is_packed:  # which pydicom does not read
            order = ">" if data.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
            entries = np.frombuffer(item.LUTData, f"{order}u2").astype("<u2").view(np.uint8)[: item.LUTDescriptor[0]]
            del item.LUTData
            item.add_new("LUTData", "US", entries.tolist())
    return apply_modality_lut(pixels, data)


def frames_of(file):
    data = pydicom.dcmread(file, force=True)
    if "TransferSyntaxUID" not in getattr(data, "file_meta", {}):
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    if data.file_meta.TransferSyntaxUID == JPEGBaseline8Bit:
        packed = next(generate_frames(data.PixelData))
        unpacked = np.asarray(Image.open(io.BytesIO(packed)))
        return unpacked[None, None] if unpacked.ndim == 2 else unpacked.transpose(2, 0, 1)[None]
    pixels = pixel_array(data) if data.SamplesPerPixel == 3 else data.pixel_array
    if data.PhotometricInterpretation == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, data) >> 8
        return pixels.transpose(2, 0, 1)[None]
    if data.PhotometricInterpretation == "MONOCHROME1" and "ModalityLUTSequence" in data:
        entries = np.frombuffer(data.ModalityLUTSequence[0].LUTData, "<u2").astype(int)
        return (entries.min() + entries.max() - apply_modality_lut(pixels, data)).reshape(-1, 1, data.Rows, data.Columns)
    if data.PhotometricInterpretation == "MONOCHROME1":
        pixels = (1 << data.BitsStored) - 1 - pixels
    pixels = after_modality_lut(pixels, data)
    if data.SamplesPerPixel == 3:
        return pixels.transpose(2, 0, 1)[None]
    return pixels.reshape(-1, 1, data.Rows, data.Columns)


def compare(folder, imported):
    for file in sorted(imported.glob("*.h5")):
        ours = h5py.File(file)["samples/image"][:].astype(float)
        theirs = frames_of(folder / file.stem).astype(np.float32)
        largest = 3 if file.stem.startswith("jpeg") else 0
        assert ours.shape == theirs.shape, (file, ours.shape, theirs.shape)
        assert np.abs(ours - theirs).max() <= largest, (file, np.abs(ours - theirs).max())
        print(file.stem)


def volume(folder, imported):
    files = [pydicom.dcmread(file) for file in pathlib.Path(folder).iterdir()]
    files.sort(key=lambda data: data.ImagePositionPatient[2])
    stacked = np.stack([data.pixel_array for data in files])
    assert np.array_equal(imported["samples/image"][0, 0], stacked)
    assert np.allclose(imported["samples/spacing"][0], [2.5, 0.5, 0.75])


def main(make):
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    elif sys.argv[1] == "compare":
        compare(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    else:
        volume(sys.argv[2], h5py.File(sys.argv[3]))


if __name__ == "__main__":
    main(make)
