"""Writes one HDF5 file a layout into FOLDER with h5py, and beside NAME.h5 what h5py reads from it: NAME.u8 (where the type is u8 or bool)
and NAME.f32, the raw little-endian values of every sample, channels first. All arrays are called x."""
import os, sys
import h5py
import numpy as np

folder = sys.argv[1]
N, SHAPE = 37, (3, 5, 7)
random = np.random.default_rng(5)


def path(name, end=".h5"):
    return os.path.join(folder, name + end)


def numbers(dtype="u1", shape=(N, *SHAPE)):
    """Values of the whole range of the type, extremes included; whole blocks of equal values, so that there is something to compress."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        values = (random.standard_normal(shape) * 1000).astype(dtype)
        values.flat[:4] = [0, -0.0, np.finfo(dtype).tiny if dtype.itemsize < 8 else 1e-30, np.inf]
    else:
        limits = np.iinfo(dtype)
        values = random.integers(limits.min, limits.max, shape, dtype.newbyteorder("="), endpoint=True).astype(dtype)
        values.flat[:2] = [limits.min, limits.max]
    values[5:9] = values[5:6]
    return values


def expect(name, file_name=None, move=None):
    """What h5py reads now is what Galen has to read."""
    with h5py.File(file_name or path(name), "r") as f:
        values = f["x"][...] if "x" in f else f["a/b/c/x"][...]
    if move:
        values = np.moveaxis(values, -1, 1)
    if values.dtype == np.uint8 or values.dtype == bool:
        np.ascontiguousarray(values).astype("u1").tofile(path(name, ".u8"))
    np.ascontiguousarray(values).astype("<f4").tofile(path(name, ".f32"))


def write(name, values=None, libver=None, userblock=0, x="x", move=None, **properties):
    with h5py.File(path(name), "w", libver=libver, userblock_size=userblock) as f:
        f.create_dataset(x, data=numbers() if values is None else values, **properties)
    expect(name, move=move)


one, some, cut, edge = (1, *SHAPE), (8, *SHAPE), (4, 2, 3, 7), (8, 2, 4, 4)

# Where the bytes are.
write("contiguous")
write("contiguous_f4", numbers("<f4"))
write("user_block", userblock=1024)
write("user_block_chunked", userblock=4096, chunks=some, compression="gzip")
write("nested", x="a/b/c/x", chunks=one)
write("channels_last", numbers(shape=(N, 5, 7, 3)), move=True)
write("channels_last_gzip", numbers("<u2", (N, 5, 7, 3)), move=True, chunks=(1, 5, 7, 3), compression="gzip", shuffle=True)
for rank, shape in {2: (11,), 3: (5, 7), 5: (2, 3, 4, 5)}.items():
    write(f"rank_{rank}", numbers("<f4", (N, *shape)))
    write(f"rank_{rank}_gzip", numbers("<f4", (N, *shape)), chunks=(4, *shape[:-1], 3), compression="gzip", shuffle=True)
for version in ["earliest", "latest", "v108", "v110"]:
    libver = version if version == "earliest" else ("earliest" if version[0] == "v" else version, version)
    write(f"libver_{version}", libver=libver)
    write(f"libver_{version}_gzip", libver=libver, chunks=one, compression="gzip")

with h5py.File(path("compact"), "w") as f:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    values = numbers()
    h5py.h5d.create(f.id, b"x", h5py.h5t.STD_U8LE, h5py.h5s.create_simple(values.shape), properties).write(
        h5py.h5s.ALL, h5py.h5s.ALL, values)
expect("compact")

# The array begins beyond 2 and 4 GiB; what lies before it is a hole in the file. So that HDF5 allocates without writing: late, no fill.
for name, chunks in [("beyond_4_gib", None), ("beyond_4_gib_gzip", one)]:
    with h5py.File(path(name), "w") as f:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        h5py.h5d.create(f.id, b"hole", h5py.h5t.STD_U8LE, h5py.h5s.create_simple((5 << 30,)), properties)
        f.create_dataset("x", data=numbers(), chunks=chunks, compression="gzip" if chunks else None)
    expect(name)

with open(path("external", ".raw"), "wb") as f:
    f.write(b"before" + numbers().tobytes())
with h5py.File(path("external"), "w") as f:
    f.create_dataset("x", (N, *SHAPE), "u1", external=[(path("external", ".raw"), 6, N * 105)])
expect("external")

sources = [path(f"virtual_source_{i}") for i in range(2)]
layout = h5py.VirtualLayout((N, *SHAPE), "u1", None)
for i, (begin, end) in enumerate([(0, 20), (20, N)]):
    with h5py.File(sources[i], "w") as f:
        f.create_dataset("part", data=numbers(shape=(end - begin, *SHAPE)), chunks=one if i else None)
    layout[begin:end] = h5py.VirtualSource(sources[i], "part", (end - begin, *SHAPE))
for name, libver in [("virtual", None), ("virtual_newest_format", "latest")]:
    with h5py.File(path(name), "w", libver=libver) as f:
        f.create_virtual_dataset("x", layout, fillvalue=9)
    expect(name)

# Chunks: how they are cut, and which exist.
for name, chunks in {"one_sample": one, "eight_samples": some, "all_samples": (N, *SHAPE), "cut_samples": cut, "partial_edges": edge,
                     "longer_than_the_array": None}.items():
    if chunks:
        write(f"chunks_{name}", chunks=chunks)
        write(f"chunks_{name}_gzip", numbers("<f4"), chunks=chunks, compression="gzip", shuffle=True)
    else:
        for extra in [{}, {"compression": "gzip"}]:
            write(f"chunks_{name}" + "_gzip" * bool(extra), chunks=(64, 3, 5, 7), maxshape=(None, *SHAPE), **extra)
write("chunk_cache_too_small", numbers("<f4", (16, 1, 64, 64)), chunks=(2, 1, 64, 64), compression="gzip")


for name, maximum in {"grown": (None, *SHAPE), "grown_in_two_ways": (None, None, 5, 7)}.items():
    for libver in ["earliest", "latest"]:
        with h5py.File(path(f"{name}_{libver}"), "w", libver=libver) as f:
            x = f.create_dataset("x", (4, *SHAPE), "u1", maxshape=maximum, chunks=(3, 2, 5, 7), compression="gzip")
            for begin, end in [(0, 4), (4, 9), (9, 20), (20, N)]:
                x.resize(end, axis=0)
                x[begin:] = numbers(shape=(end - begin, *SHAPE))
        expect(f"{name}_{libver}")
for when, code in {"early": h5py.h5d.ALLOC_TIME_EARLY, "late": h5py.h5d.ALLOC_TIME_LATE, "incremental": h5py.h5d.ALLOC_TIME_INCR}.items():
    with h5py.File(path(f"allocated_{when}"), "w", libver="latest" if when == "early" else None) as f:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk(some)
        properties.set_alloc_time(code)
        x = h5py.Dataset(h5py.h5d.create(f.id, b"x", h5py.h5t.STD_U8LE, h5py.h5s.create_simple((N, *SHAPE)), properties))
        begin, end = (0, N) if when == "incremental" else (8, 24)
        x[begin:end] = numbers(shape=(end - begin, *SHAPE))
    expect(f"allocated_{when}")

# Filters.
for level in [1, 9]:
    write(f"gzip_{level}", chunks=one, compression="gzip", compression_opts=level)
filters = {"shuffle": {"shuffle": True}, "gzip_shuffle": {"compression": "gzip", "shuffle": True}, "fletcher32": {"fletcher32": True},
           "gzip_fletcher32": {"compression": "gzip", "fletcher32": True},
           "gzip_shuffle_fletcher32": {"compression": "gzip", "shuffle": True, "fletcher32": True}, "lzf": {"compression": "lzf"},
           "lzf_shuffle_fletcher32": {"compression": "lzf", "shuffle": True, "fletcher32": True},
           "szip": {"compression": "szip"}, "szip_shuffle": {"compression": "szip", "shuffle": True}}
for name, properties in filters.items():
    for dtype in ["u1", "<u2", "<f4", "<f8", ">i4"]:
        for chunks, word in [(one, "one"), (edge, "edge")]:
            write(f"{name}_{np.dtype(dtype).name}_{word}", numbers(dtype), chunks=chunks, **properties)
write("lzf_incompressible", random.integers(0, 256, (N, *SHAPE)).astype("u1"), chunks=some, compression="lzf")
write("lzf_equal", np.full((N, *SHAPE), 7, "u1"), chunks=(N, *SHAPE), compression="lzf")
write("odd_chunk_fletcher32", numbers("u1", (N, 3, 7)), chunks=(1, 3, 7), fletcher32=True)
write("scale_offset_integers", numbers("<i2") // 64, chunks=some, scaleoffset=0)
write("scale_offset_gzip", numbers("u1") // 4, chunks=one, scaleoffset=0, compression="gzip")
write("scale_offset_floats", (random.standard_normal((N, *SHAPE)) * 100).astype("<f4"), chunks=some, scaleoffset=3)


def narrow_type(base, precision, offset):
    type_ = base.copy()
    type_.set_precision(precision)
    type_.set_offset(offset)
    return type_


for name, type_, nbit in [("nbit", narrow_type(h5py.h5t.STD_U16LE, 12, 0), True), ("nbit_shifted", narrow_type(h5py.h5t.STD_I32LE, 17, 4), True),
                          ("twelve_bits", narrow_type(h5py.h5t.STD_U16LE, 12, 4), False)]:
    with h5py.File(path(name), "w") as f:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        if nbit:
            properties.set_chunk(some)
            properties.set_filter(h5py.h5z.FILTER_NBIT)
        values = random.integers(0, 4096, (N, *SHAPE)).astype("i4")
        h5py.h5d.create(f.id, b"x", type_, h5py.h5s.create_simple(values.shape), properties).write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    with h5py.File(path(name), "r") as f:
        read = np.zeros((N, *SHAPE), "i4")
        f["x"].id.read(h5py.h5s.ALL, h5py.h5s.ALL, read)
    read.astype("<f4").tofile(path(name, ".f32"))

# A chunk whose filter mask says which filters were passed over when it was written.
with h5py.File(path("filter_masks"), "w") as f:
    x = f.create_dataset("x", (N, *SHAPE), "<u2", chunks=one, compression="gzip", shuffle=True, fletcher32=False)
    values = numbers("<u2")
    x[...] = values
    for sample in range(0, N, 3):
        x.id.write_direct_chunk((sample, 0, 0, 0), values[sample].tobytes(), filter_mask=3)
    shuffled = np.frombuffer(values[1].tobytes(), "u1").reshape(-1, 2).T.tobytes()
    x.id.write_direct_chunk((1, 0, 0, 0), shuffled, filter_mask=2)
expect("filter_masks")

# Types.
for kind in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    for order in "<>" if kind[1] != "1" else "|":
        end = "_big_endian" if order == ">" else ""
        write(f"type_{kind}{end}", numbers(order + kind))
        write(f"type_{kind}{end}_gzip", numbers(order + kind), chunks=cut, compression="gzip", shuffle=True)
write("type_bool", numbers("?"))
write("type_bool_gzip", numbers("?"), chunks=some, compression="gzip")
colour = h5py.enum_dtype({"red": 0, "green": 40, "blue": 255}, "u1")
write("type_enum", np.array([0, 40, 255], "u1")[random.integers(0, 3, (N, *SHAPE))].astype(colour))
