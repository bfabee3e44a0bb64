"""first_pixel.py PNG...: the colour of the pixel at the top left. No filter of PNG changes the first one."""
import struct
import sys
import zlib


def first_pixel(path):
    with open(path, "rb") as file:
        data = file.read()
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        if kind == b"IDAT":
            packed += data[place + 8 : place + 8 + size]
        place += size + 12
    return "#" + zlib.decompress(packed)[1:4].hex()


print(" ".join(map(first_pixel, sys.argv[1:])))
