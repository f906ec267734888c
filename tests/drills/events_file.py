"""Reads TensorBoard's events files: TFRecords of tensorflow.Event protocol buffers. Checks only that records are whole."""
import struct


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def fields(data):
    """(number, value) of each field of a protocol buffer; numbers as numbers, all others as bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = varint(data, at)
        else:
            size, at = {1: (8, at), 5: (4, at)}.get(wire_type) or varint(data, at)
            value, at = data[at:at + size], at + size
        yield number, value


def records(data):
    """The payload of each TFRecord: length, checksum, payload, checksum."""
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        if at + 16 + size > len(data):
            raise ValueError(f"the record at byte {at} is truncated")
        yield data[at + 12:at + 12 + size]
        at += 16 + size


def scalars(file):
    """(tag, step, value) of all scalars of a file, in order."""
    for record in records(file.read_bytes()):
        event = dict(fields(record))
        if 5 in event:
            value = dict(fields(dict(fields(event[5]))[1]))
            yield value[1].decode(), event.get(2, 0), struct.unpack("<f", value[2])[0]
