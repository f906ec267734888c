"""Writes chunked HDF5 files with every kind of chunk index into FOLDER and flips one bit a copy, most of them in the index: FOLDER/NUMBER.h5,
array x. Beside it NUMBER.u8 with the bytes that h5py reads from it; where h5py says that it cannot, NUMBER.refused with those of the whole
file. Each copy is read in a process of its own, as the library may crash."""
import os, random, sys
import h5py
import numpy as np

folder, COPIES = sys.argv[1], 80  # of each file
SHAPE = (200, 1, 8, 8)
SIGNATURES = b"TREE", b"FAHD", b"FADB", b"EAHD", b"EAIB", b"EASB", b"EADB", b"BTHD", b"BTIN", b"BTLF"
VALUES = np.random.default_rng(3).integers(1, 255, SHAPE, dtype="u1")


def write(name, libver, written=200, **properties):
    path = os.path.join(folder, name)
    with h5py.File(path, "w", libver=libver) as f:
        x = f.create_dataset("x", SHAPE, "u1", chunks=properties.pop("chunks", (1, 1, 8, 8)), **properties)
        x[:written] = VALUES[:written]
        chunks = [x.id.get_chunk_info(i) for i in range(x.id.get_num_chunks())]
    whole = open(path, "rb").read()
    os.remove(path)
    samples = {byte for chunk in chunks for byte in range(chunk.byte_offset, chunk.byte_offset + chunk.size)}
    begins = [at for at in range(len(whole)) if whole[at:at + 4] in SIGNATURES]
    index = sorted({byte for at in begins for byte in range(at, min(at + 2048, len(whole)))} - samples)
    expected = VALUES.copy()
    expected[written:] = 0
    return whole, index or list(range(len(whole))), expected.tobytes()


def read_by_h5py(path, into):
    """Whether it could."""
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with h5py.File(path, "r") as f:
                x = f["x"]
                if x.shape != SHAPE or x.dtype != np.uint8:
                    os._exit(1)
                x[...].tofile(into)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


unlimited, one_grows = (None, None, 8, 8), (None, 1, 8, 8)
files = [
    write("tree", "earliest"),
    write("tree_gzip", "earliest", compression="gzip"),
    write("tree_holes", "earliest", written=120, compression="gzip"),
    write("fixed", ("v110", "v110")),
    write("fixed_gzip", ("v110", "v110"), compression="gzip"),
    write("extensible_gzip", ("v110", "v110"), maxshape=one_grows, compression="gzip"),
    write("extensible_holes", ("v110", "v110"), written=120, maxshape=one_grows),
    write("tree_of_version_2", ("v110", "v110"), maxshape=unlimited, compression="gzip"),
    write("single", ("v110", "v110"), chunks=SHAPE, compression="gzip"),
]
for number in range(COPIES * len(files)):
    whole, index, expected = files[number % len(files)]
    draw = random.Random(number)
    damaged = bytearray(whole)
    place = draw.choice(index) if number // len(files) % 3 else draw.randrange(len(whole))
    damaged[place] ^= 1 << draw.randrange(8)
    name = os.path.join(folder, str(number))
    with open(name + ".h5", "wb") as f:
        f.write(damaged)
    if not read_by_h5py(name + ".h5", name + ".u8"):
        if os.path.exists(name + ".u8"):
            os.remove(name + ".u8")
        with open(name + ".refused", "wb") as f:
            f.write(expected)
print(COPIES * len(files))
