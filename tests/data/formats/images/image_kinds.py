"""Pictures of every kind, each a file.
make FOLDER: writes FOLDER/read/NAME, which are to come in as Pillow reads them or as FOLDER/NAME.npy says, and FOLDER/refused/NAME.
check FOLDER IMPORTED: compares IMPORTED/read/NAME.h5 with them."""

import os
import struct
import sys
import zlib

import h5py
import numpy as np
import tifffile
from PIL import Image, ImageOps, PngImagePlugin

HEIGHT, WIDTH = 21, 37


def as_pillow_reads(path):
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode == "P":
        colours = np.asarray(image.convert("RGB"))
        return colours[..., 0] if (colours == colours[..., :1]).all() else colours
    if image.mode == "1":
        return np.asarray(image.convert("L"))
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode in ("YCbCr", "CMYK"):
        image = image.convert("RGB")
    pixels = np.asarray(image)
    return pixels[..., : {"LA": 1, "RGBA": 3}[image.mode]].squeeze() if image.mode in ("LA", "RGBA") else pixels


def png(header, *chunks):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks) + chunk(b"IEND", b"")


def bmp(bits, rows, top_down=False, compression=0, masks=b"", palette=b""):
    width, height = WIDTH, HEIGHT
    header = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, compression, len(rows), 0, 0, len(palette) // 4, 0)
    at = 14 + len(header) + len(masks) + len(palette)
    return struct.pack("<2sIHHI", b"BM", at + len(rows), 0, 0, at) + header + masks + palette + rows


def orientation_tag(number):
    return [(274, "H", 1, number, False)]


def make(folder):
    random = np.random.default_rng(3)
    read, refused = os.path.join(folder, "read"), os.path.join(folder, "refused")
    os.makedirs(read)
    os.makedirs(refused)

    def noise(*shape, dtype="u1"):
        return random.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    smooth = np.stack([x * 6, y * 12, x + y], -1).astype("u1")
    grey, rgb = noise(HEIGHT, WIDTH), noise(HEIGHT, WIDTH, 3)
    wide = noise(HEIGHT, WIDTH, dtype="u2")

    def exact(name, pixels):
        np.save(os.path.join(folder, name), pixels)

    turns = [lambda p: p, lambda p: p[:, ::-1], lambda p: p[::-1, ::-1], lambda p: p[::-1]]
    turns += [lambda p, t=t: np.swapaxes(t(p), 0, 1) for t in (turns[0], turns[3], turns[2], turns[1])]
    kinds = {
        "grey": (grey, {}),
        "grey16": (wide, {}),
        "signed": ((wide.astype("i4") - 32768).astype("i2"), {}),
        "float": (random.random((HEIGHT, WIDTH), dtype="f4"), {}),
        "rgb": (rgb, {"photometric": "rgb"}),
        "rgb16": (noise(HEIGHT, WIDTH, 3, dtype="u2"), {"photometric": "rgb"}),
        "tiles": (rgb, {"photometric": "rgb", "tile": (16, 32)}),
        "planes": (rgb.transpose(2, 0, 1), {"photometric": "rgb", "planarconfig": "separate"}),
        "deflate": (grey, {"compression": "deflate"}),
    }
    for number in range(1, 9):
        for name, (pixels, options) in kinds.items():
            options = {"photometric": "minisblack", **options}
            file = f"{name}_{number}.tif"
            tifffile.imwrite(os.path.join(read, file), pixels, extratags=orientation_tag(number), metadata=None, **options)
            exact(file, turns[number - 1](pixels.transpose(1, 2, 0) if name == "planes" else pixels))
        colours = Image.fromarray(rgb).quantize(16)
        colours.save(f"{read}/palette_{number}.tif", tiffinfo={274: number})
        exact(f"palette_{number}.tif", turns[number - 1](np.asarray(colours.convert("RGB"))))
        bits = Image.fromarray(grey > 127)
        bits.save(f"{read}/fax_{number}.tif", compression="group4", tiffinfo={274: number})
        exact(f"fax_{number}.tif", turns[number - 1]((grey > 127) * np.uint8(255)))
        Image.fromarray(smooth).save(f"{read}/jpeg_{number}.tif", compression="jpeg", tiffinfo={274: number})

        exif = Image.Exif()
        exif[274], exif[271], exif.endian = number, "a camera", "<>"[number % 2]
        for name, pixels in (("rgb", rgb), ("grey", grey), ("grey16", wide)):
            Image.fromarray(pixels).save(f"{read}/{name}_{number}.png", exif=exif)
        for name, pixels in (("rgb", smooth), ("grey", smooth[..., 0])):
            Image.fromarray(pixels).save(f"{read}/{name}_{number}.jpg", exif=exif)
        xmp = f'<x:xmpmeta><rdf:Description tiff:Orientation="{number}"/></x:xmpmeta>'
        Image.fromarray(smooth).save(f"{read}/xmp_{number}.jpg", xmp=xmp.encode())
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp)
        Image.fromarray(rgb).save(f"{read}/xmp_{number}.png", pnginfo=text)
        behind = exif.tobytes()[6:]
        rows = b"".join(b"\0" + row.tobytes() for row in grey)
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
        with open(f"{read}/exif_behind_pixels_{number}.png", "wb") as file:
            file.write(png(header, (b"IDAT", zlib.compress(rows)), (b"eXIf", behind)))

    # Other kinds of each format.
    for bits in (2, 4):
        packed = np.zeros((HEIGHT, (WIDTH * bits + 7) // 8), "u1")
        numbers = grey >> (8 - bits)
        for i in range(WIDTH):
            packed[:, i * bits // 8] |= numbers[:, i] << (8 - bits - i * bits % 8)
        with open(f"{read}/grey{bits}.png", "wb") as file:
            header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, 0, 0, 0, 0)
            file.write(png(header, (b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in packed)))))
        spread = (numbers * (255 // (2**bits - 1))).astype("u1")
        for photometric, expected in (("minisblack", spread), ("miniswhite", 255 - spread)):
            name = f"grey{bits}_{photometric}.tif"
            write_packed_tiff(f"{read}/{name}", packed, bits, {"minisblack": 1, "miniswhite": 0}[photometric])
            exact(name, expected)
    Image.fromarray(rgb).quantize(200).save(f"{read}/transparent_palette.png", transparency=3)
    Image.fromarray(rgb).save(f"{read}/transparent_colour.png", transparency=tuple(int(v) for v in rgb[0, 0]))
    Image.fromarray(rgb).save(f"{read}/gamma.png", icc_profile=b"no profile")
    Image.fromarray(grey).save(f"{read}/white_is_zero.tif", tiffinfo={262: 0})
    Image.fromarray(smooth).convert("YCbCr").save(f"{read}/ycbcr.tif")
    rgba = noise(HEIGHT, WIDTH, 4)
    for name, kind in (("associated", "assocalpha"), ("unassociated", "unassalpha"), ("unspecified", "unspecified")):
        tifffile.imwrite(f"{read}/{name}.tif", rgba, photometric="rgb", extrasamples=[kind], metadata=None)
    with_opacity = np.maximum(noise(HEIGHT, WIDTH, 2), (0, 1))  # of pixels that are not seen at all Pillow keeps the grey
    tifffile.imwrite(f"{read}/grey_associated.tif", with_opacity.astype("u1"), photometric="minisblack", extrasamples=["assocalpha"], planarconfig="contig", metadata=None)
    tifffile.imwrite(f"{read}/exact_i4.tif", np.full((HEIGHT, WIDTH), 1 << 24, "i4"), photometric="minisblack", metadata=None)
    tifffile.imwrite(f"{read}/double.tif", x / 7, photometric="minisblack", metadata=None)
    exact("double.tif", (x / 7).astype("f4"))
    pages = noise(3, HEIGHT, WIDTH)
    tifffile.imwrite(f"{read}/pages.tif", pages, photometric="minisblack", extratags=orientation_tag(6), metadata=None)
    exact("pages.tif", np.stack([turns[5](page) for page in pages]))
    row = (WIDTH * 3 + 3) // 4 * 4
    padded = lambda pixels: b"".join(line.tobytes().ljust(row, b"\0") for line in pixels)
    with open(f"{read}/top_down.bmp", "wb") as file:
        file.write(bmp(24, padded(rgb), top_down=True))
    with open(f"{read}/masks.bmp", "wb") as file:
        file.write(bmp(32, rgba.tobytes(), compression=3, masks=struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)))

    # What is not read.
    colours = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    for name, content in {
        "rle.bmp": bmp(8, b"\x25\x01\0\0" * HEIGHT + b"\0\1", compression=1, palette=bytes(1024)),
        "bits16.bmp": bmp(16, bytes((WIDTH * 2 + 3) // 4 * 4 * HEIGHT), compression=3, masks=colours),
        "order.bmp": bmp(32, rgba.tobytes(), compression=3, masks=struct.pack("<III", 0xFF, 0xFF00, 0xFF0000)),
        "os2.bmp": struct.pack("<2sIHHI", b"BM", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 24) + padded(rgb),
    }.items():
        with open(os.path.join(refused, name), "wb") as file:
            file.write(content)
    Image.fromarray(rgb).convert("LAB").save(f"{refused}/lab.tif")
    Image.fromarray(rgb).convert("CMYK").save(f"{refused}/cmyk.tif")
    Image.fromarray(rgb).convert("CMYK").save(f"{refused}/cmyk.jpg")
    Image.fromarray(grey).save(f"{refused}/animation.png", save_all=True, append_images=[Image.fromarray(grey.T.copy().T[::-1])])
    tifffile.imwrite(f"{refused}/large_i4.tif", np.full((HEIGHT, WIDTH), (1 << 24) + 1, "i4"), photometric="minisblack", metadata=None)
    tifffile.imwrite(f"{refused}/large_f8.tif", np.full((HEIGHT, WIDTH), 1e300), photometric="minisblack", metadata=None)
    tifffile.imwrite(f"{refused}/two_channels.tif", noise(HEIGHT, WIDTH, 2), photometric="minisblack", extrasamples=["unspecified"], planarconfig="contig", metadata=None)
    tifffile.imwrite(f"{refused}/truncated.tif", pages, photometric="minisblack", truncate=True)
    tifffile.imwrite(f"{refused}/imagej.tif", pages, imagej=True, truncate=True)
    tifffile.imwrite(f"{refused}/volume.tif", noise(16, 16, 16), photometric="minisblack", volumetric=True, tile=(16, 16, 16), metadata=None)
    with tifffile.TiffWriter(f"{refused}/pages_differ.tif") as file:
        file.write(grey, photometric="minisblack", metadata=None)
        file.write(grey[:, :9], photometric="minisblack", metadata=None)
    with tifffile.TiffWriter(f"{refused}/pages_turned.tif") as file:
        file.write(grey, photometric="minisblack", metadata=None)
        file.write(grey, photometric="minisblack", extratags=orientation_tag(3), metadata=None)


def write_packed_tiff(path, packed, bits, photometric):
    tags = [(256, WIDTH), (257, HEIGHT), (258, bits), (259, 1), (262, photometric), (273, 8), (277, 1), (278, HEIGHT), (279, packed.size)]
    data = packed.tobytes() + b"\0" * (packed.size % 2)
    with open(path, "wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)))
        for tag, value in tags:
            file.write(struct.pack("<HHII", tag, 4, 1, value))
        file.write(b"\0" * 4)


def check(folder, imported):
    for name in sorted(os.listdir(f"{folder}/read")):
        path = f"{folder}/{name}.npy"
        expected = np.load(path) if os.path.exists(path) else as_pillow_reads(f"{folder}/read/{name}")
        channels = expected.ndim == 3 and not name.startswith("pages")
        expected = expected.transpose(2, 0, 1) if channels else expected[None]
        with h5py.File(f"{imported}/read/{name}.h5") as file:
            stored = file["/samples/image"]
            kind = {"uint8": "uint8", "uint16": "uint16"}.get(str(expected.dtype), "float32")
            assert stored.shape == (1, *expected.shape), (name, stored.shape, expected.shape)
            assert stored.dtype == kind, (name, stored.dtype)
            worst = np.abs(stored[0].astype(float) - expected).max()
            assert worst <= (2 if "jpeg" in name or name.endswith(".jpg") or name == "ycbcr.tif" else 0), (name, worst)


if __name__ == "__main__":
    make(sys.argv[2]) if sys.argv[1] == "make" else check(*sys.argv[2:])
