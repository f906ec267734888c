"""Folders of images with masks, as people lay them out.
make FOLDER: writes FOLDER/NAME/…, and FOLDER/NAME.npz with the masks [N, H, W] that are to come in, in order of the images' paths.
check FOLDER IMPORTED NAME…: compares IMPORTED/NAME.h5 with them.
check_cases SOURCE FILE HEIGHT WIDTH: compares FILE with the joined masks of each case's folder."""

import os
import sys

import h5py
import numpy as np
from PIL import Image

HEIGHT, WIDTH = 24, 30
random = np.random.default_rng(7)


def blob(value=255, count=1):
    """Discs of one value on 0."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    for _ in range(count):
        cy, cx, r = random.integers(6, HEIGHT - 6), random.integers(6, WIDTH - 6), random.integers(3, 6)
        mask[(y - cy) ** 2 + (x - cx) ** 2 <= r * r] = value
    return mask


class Maker:
    def __init__(self, folder):
        self.folder = folder
        self.masks = {}

    def save(self, path, pixels, **options):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        image.save(path, **options)

    def image(self, path, size=(HEIGHT, WIDTH)):
        self.save(path, random.integers(0, 256, size, dtype=np.uint8))

    def expect(self, name, masks):
        np.save(os.path.join(self.folder, name), np.stack(masks))


def palette(mask):
    image = Image.fromarray(mask).convert("L")
    image = Image.fromarray(mask, "P")
    image.putpalette([v for i in range(256) for v in (i * 37 % 256, i * 91 % 256, i * 53 % 256)])
    return image


def make(folder):
    m = Maker(folder)
    three = [blob() for _ in range(3)]
    ones = [(mask > 0).astype("u1") for mask in three]

    for name, (image, mask) in {
        "folders": ("images/{}.png", "masks/{}.png"),
        "labels": ("imagesTr/{}.png", "labelsTr/{}.tif"),
        "annotations": ("a/x/img/{}.png", "a/x/annotations/{}.bmp"),
        "beside": ("{}.png", "{}_mask.png"),
        "isic": ("Task1_Training_Input/ISIC_{}.jpg", "Task1_Training_GroundTruth/ISIC_{}_segmentation.png"),
        "original": ("Original/{}.tif", "Ground Truth/{}.tif"),
    }.items():
        for i, pixels in enumerate(three):
            m.image(f"{name}/" + image.format(i))
            m.save(f"{name}/" + mask.format(i), pixels)
        m.expect(name, ones)

    for i, subset in enumerate(("train", "train", "test")):
        m.image(f"split/{subset}/images/{i}.png")
        m.save(f"split/{subset}/masks/{i}.png", three[i])
    m.expect("split", [ones[2], ones[0], ones[1]])

    for i, kind in enumerate(("benign", "malignant", "malignant")):  # as BUSI: classes, and masks of which one is in two parts
        m.image(f"classes/{kind}/{kind} ({i}).png")
        if i < 2:
            m.save(f"classes/{kind}/{kind} ({i})_mask.png", three[i])
    m.save("classes/malignant/malignant (2)_mask.png", three[2])
    m.save("classes/malignant/malignant (2)_mask_1.png", three[0])
    m.expect("classes", [ones[0], ones[1], ones[2] | ones[0]])

    cases = []
    for i in range(3):
        parts = [blob() for _ in range(4)]
        m.image(f"cases/case{i}/images/case{i}.png")
        for k, part in enumerate(parts):
            m.save(f"cases/case{i}/masks/{k * 977 + i}.png", part)
        cases.append(np.max(parts, 0) // 255)
    m.expect("cases", cases)

    # What values mean.
    def values(name, masks, expected, **options):
        for i, mask in enumerate(masks):
            m.image(f"{name}/images/{i}.png")
            m.save(f"{name}/masks/{i}.png", mask, **options)
        m.expect(name, expected)

    grey = [np.where(blob() > 0, np.where(blob() > 0, 128, 200), 0).astype("u1") for _ in range(3)]
    values("grey", grey, [np.searchsorted([0, 128, 200], mask).astype("u1") for mask in grey])
    numbers = [(blob(1) + blob(1)).astype("u1") for _ in range(3)]
    values("numbers", numbers, numbers)
    values("zero_one", ones, ones)
    bits = [Image.fromarray(mask > 0) for mask in three]
    values("bits", bits, ones)
    indices = [np.where(blob() > 0, 15, np.where(blob() > 0, 255, 0)).astype("u1") for _ in range(3)]
    values("palette", [palette(mask) for mask in indices], indices)
    colours = np.array([[0, 0, 0], [0, 0, 255], [255, 255, 0]], "u1")
    values("colours", [colours[mask] for mask in numbers], numbers)
    values("grey_as_rgb", [np.repeat(mask[..., None], 3, 2) for mask in three], ones)
    wide = [(mask > 0).astype("u2") * 65535 for mask in three]
    values("wide", wide, ones)
    values("empty", [np.zeros_like(ones[0]), ones[1], ones[2]], [np.zeros_like(ones[0]), ones[1], ones[2]])

    large = [np.asarray(Image.fromarray(blob()).resize((WIDTH * 2, HEIGHT * 2), Image.NEAREST)) for _ in range(3)]
    for i, mask in enumerate(large):
        m.image(f"resized/images/{i}.png", mask.shape)
        m.save(f"resized/masks/{i}.png", mask)
    m.expect("resized", [np.asarray(Image.fromarray(mask).resize((17, 13), Image.NEAREST)) // 255 for mask in large])

    exif = Image.Exif()
    exif[274] = 6
    for i in range(2):  # both are turned
        m.save(f"turned/images/{i}.png", random.integers(0, 256, (HEIGHT, WIDTH), dtype="u1"), exif=exif)
        m.save(f"turned/masks/{i}.png", three[i], exif=exif)
    m.expect("turned", [np.rot90(mask, -1) for mask in ones[:2]])

    # What is refused, or left out and named.
    for i in range(3):
        for name in ("smooth", "jpeg", "mixed", "odd", "no_images", "two", "objects", "joined_classes"):
            if name != "no_images":
                m.image(f"{name}/images/{i}.png")
        m.save(f"smooth/masks/{i}.png", Image.fromarray(three[i]).resize((WIDTH * 4, HEIGHT * 4), Image.BICUBIC).resize((WIDTH, HEIGHT), Image.BOX))
        m.save(f"jpeg/masks/{i}.jpg", three[i], quality=60)
        m.save(f"mixed/masks/{i}.png", ones[i] if i else three[i])
        m.save(f"no_images/masks/{i}.png", three[i])
        m.save(f"two/masks/{i}.png", three[i])
        m.save(f"two/labels/{i}.png", three[i])
        m.save(f"objects/masks/{i}.png", (np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) // 2).astype("u2"))
        two_values = ones[i].copy()
        two_values[0, 0] = 2
        m.save(f"joined_classes/masks/{i}_mask_1.png", two_values)
        m.save(f"joined_classes/masks/{i}_mask_2.png", ones[i])
    m.save("odd/masks/0.png", three[0])
    m.save("odd/masks/1.png", three[1][:-1])
    m.save("odd/masks/other.png", three[1])
    for i in range(4):  # people with and without masks: classes, whatever the names
        m.image(f"faces/{('with_mask', 'without_mask')[i % 2]}/{i // 2}.png")
    m.image("angle/images/0.png")
    m.save("angle/images/1.png", random.integers(0, 256, (HEIGHT, WIDTH), dtype="u1"), exif=exif3())
    m.save("angle/masks/0.png", three[0])
    m.save("angle/masks/1.png", three[1])
    for i in range(3):
        m.image(f"pattern/scan/p{i}-left.png")
        m.save(f"pattern/drawn/by_hand_p{i}.png", three[i])
    m.expect("pattern", ones)


def exif3():
    exif = Image.Exif()
    exif[274] = 3
    return exif


def check(folder, imported, *names):
    for name in names:
        expected = np.load(f"{folder}/{name}.npy")
        with h5py.File(f"{imported}/{name}.h5") as file:
            masks = file["samples/mask"]
            assert masks.dtype == "u1" and masks.shape == expected.shape, (name, masks.dtype, masks.shape, expected.shape)
            assert (masks[...] == expected).all(), name
            assert len(file["samples/image"]) == len(expected), name


def check_cases(source, imported, height, width):
    """A folder a case, as the Data Science Bowl of 2018 has them, in one size."""

    def nearest(pixels):
        """The pixel under each new pixel's middle, by whole numbers: where that is a border, Pillow takes either side."""
        rows, columns = ((2 * np.arange(int(n)) + 1) * old // (2 * int(n)) for n, old in zip((height, width), pixels.shape))
        return pixels[rows][:, columns]

    with h5py.File(imported) as file:
        masks = file["samples/mask"]
        cases = sorted(name for name in os.listdir(source) if os.path.isdir(os.path.join(source, name)))
        assert len(masks) == len(cases) == len(set(file["samples/group_id"].asstr())), len(masks)
        for case, mask in zip(cases, masks):
            parts = [Image.open(f"{source}/{case}/masks/{name}") for name in sorted(os.listdir(f"{source}/{case}/masks"))]
            expected = nearest(np.max([np.asarray(part) for part in parts], 0) > 0)
            assert (mask == expected).all(), case


if sys.argv[1] == "make":
    make(sys.argv[2])
elif sys.argv[1] == "check_cases":
    check_cases(*sys.argv[2:])
else:
    check(*sys.argv[2:])
