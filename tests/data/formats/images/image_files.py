"""Writes images of every kind with Pillow: FOLDER/KIND/CLASS/NUMBER.EXTENSION, and FOLDER/KIND.npy, [N, C, H, W], as they are to be read."""

import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image

HEIGHT, WIDTH, IMAGES = 21, 37, 6  # no multiple of anything


def as_read(path):
    with Image.open(path) as image:
        if image.mode == "P":
            palette = np.asarray(image.convert("RGB"))
            grey = (palette == palette[..., :1]).all()
            return palette[..., 0] if grey else palette
        if image.mode in ("1", "LA"):
            return np.asarray(image.convert("L"))
        if image.mode == "RGBA":
            return np.asarray(image)[..., :3]
        return np.asarray(image)


def write_png16(path, pixels):
    """RGB of 16 bits, which Pillow does not write."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_tiff(path, pixels, order, tiled, separate):
    """RGB, uncompressed, in tiles or strips, with channels together or apart, in either byte order: most of this Pillow does not write."""
    height, width, channels = pixels.shape
    block = (16, 32) if tiled else (5, width)
    planes = [pixels[..., c : c + 1] for c in range(channels)] if separate else [pixels]
    blocks = []
    for plane in planes:
        for top in range(0, height, block[0]):
            for left in range(0, width, block[1]):
                part = plane[top : top + block[0], left : left + block[1]]
                if tiled:
                    part = np.pad(part, ((0, block[0] - part.shape[0]), (0, block[1] - part.shape[1]), (0, 0)))
                blocks.append(part.astype(pixels.dtype.newbyteorder(order)).tobytes())

    data, offsets = b"", []
    for bytes_ in blocks:
        offsets.append(8 + len(data))
        data += bytes_

    def array(values, code):
        nonlocal data
        data += b"\0" * (len(data) % 2)
        at = 8 + len(data)
        data += struct.pack(order + code * len(values), *values)
        return at

    bits = array([pixels.dtype.itemsize * 8] * channels, "H")
    at, counts = array(offsets, "I"), array([len(b) for b in blocks], "I")
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, bits), (259, 3, 1, 1), (262, 3, 1, 2), (277, 3, 1, channels)]
    tags += [(284, 3, 1, 2 if separate else 1)]
    tags += [(322, 4, 1, block[1]), (323, 4, 1, block[0])] if tiled else [(278, 4, 1, block[0])]
    tags += [(324 if tiled else 273, 4, len(blocks), at), (325 if tiled else 279, 4, len(blocks), counts)]
    data += b"\0" * (len(data) % 2)
    directory = struct.pack(order + "H", len(tags))
    for tag, kind, count, value in sorted(tags):
        directory += struct.pack(order + "HHI", tag, kind, count)
        directory += struct.pack(order + ("HH" if kind == 3 and count == 1 else "I"), *([value, 0] if kind == 3 and count == 1 else [value]))
    with open(path, "wb") as file:
        file.write((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + len(data)) + data + directory + b"\0" * 4)


def main(folder):
    random = np.random.default_rng(5)

    def noise(*shape, dtype=np.uint8):
        return random.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)

    def smooth(channels):
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / 20 + random.random()
        waves = [127 * (1 + np.sin(x * (c + 1) + y)) for c in range(channels)]
        return np.stack(waves, -1).squeeze().astype(np.uint8)

    grey = lambda: noise(HEIGHT, WIDTH)
    rgb = lambda: noise(HEIGHT, WIDTH, 3)
    save = lambda **options: lambda pixels, path: Image.fromarray(pixels).save(path, **options)
    palette = lambda pixels, path: Image.fromarray(pixels).quantize(16).save(path)
    bits = lambda **options: lambda pixels, path: Image.fromarray(pixels > 127).save(path, **options)
    by_hand = lambda order, tiled, separate: lambda pixels, path: write_tiff(path, pixels, order, tiled, separate)

    kinds = {
        "grey.png": (grey, save()),
        "grey16.png": (lambda: noise(HEIGHT, WIDTH, dtype=np.uint16), save()),
        "rgb.png": (rgb, save()),
        "rgb16.png": (lambda: noise(HEIGHT, WIDTH, 3, dtype=np.uint16), lambda pixels, path: write_png16(path, pixels)),
        "rgba.png": (lambda: noise(HEIGHT, WIDTH, 4), save()),
        "grey_alpha.png": (lambda: noise(HEIGHT, WIDTH, 2), save()),
        "palette.png": (rgb, palette),
        "grey_palette.png": (lambda: np.repeat(noise(HEIGHT, WIDTH, 1), 3, 2), palette),
        "bit.png": (grey, bits()),
        "grey.jpg": (lambda: smooth(1), save(quality=90)),
        "rgb.jpg": (lambda: smooth(3), save(quality=90)),
        "progressive.jpg": (lambda: smooth(3), save(quality=90, progressive=True)),
        "grey.tif": (grey, save()),
        "grey16.tif": (lambda: noise(HEIGHT, WIDTH, dtype=np.uint16), save(compression="tiff_lzw")),
        "float.tif": (lambda: random.random((HEIGHT, WIDTH)).astype(np.float32), save()),
        "rgb.tif": (rgb, save(compression="tiff_deflate")),
        "rgba.tif": (lambda: noise(HEIGHT, WIDTH, 4), save()),
        "grey_alpha.tif": (lambda: noise(HEIGHT, WIDTH, 2), save()),
        "white_is_zero.tif": (grey, save(tiffinfo={262: 0})),
        "palette.tif": (rgb, palette),
        "fax.tif": (grey, bits(compression="group4")),
        "tiles.tif": (rgb, by_hand("<", True, False)),
        "tiled_planes.tif": (lambda: noise(HEIGHT, WIDTH, 3, dtype=np.uint16), by_hand(">", True, True)),
        "planes.tif": (rgb, by_hand(">", False, True)),
        "grey.bmp": (grey, save()),
        "rgb.bmp": (rgb, save()),
        "rgba.bmp": (lambda: noise(HEIGHT, WIDTH, 4), save()),
        "palette.bmp": (rgb, palette),
        "bit.bmp": (grey, bits()),
    }
    exact = ("rgb16.png", "tiles.tif", "tiled_planes.tif", "planes.tif")  # Pillow narrows or does not read these
    for kind, (make, write) in kinds.items():
        images = []
        for i in range(IMAGES):
            place = os.path.join(folder, kind, "ab"[i * 2 // IMAGES])
            os.makedirs(place, exist_ok=True)
            path = os.path.join(place, f"{i}{os.path.splitext(kind)[1]}")
            pixels = make()
            write(pixels, path)
            images.append(pixels if kind in exact else as_read(path))
        images = np.stack(images)
        np.save(os.path.join(folder, kind), images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2))


main(sys.argv[1])
