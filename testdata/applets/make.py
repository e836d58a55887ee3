#!/usr/bin/env python3
"""Writes minimal.ijc and minimal.cap: a package of our own, with one applet, that holds no code worth running.
Component layout: Java Card VM specification 2.2.2, chapter 6."""
import os
import zipfile

os.chdir(os.path.dirname(os.path.abspath(__file__)))
PACKAGE = bytes.fromhex("F06F7461626F780101")  # F0: proprietary, not registered
APPLET = PACKAGE + bytes.fromhex("01")


def component(tag, info):
    return bytes([tag]) + len(info).to_bytes(2, "big") + info


info = {
    1: bytes.fromhex("DECAFFED" "0102" "04" "0001") + bytes([len(PACKAGE)]) + PACKAGE,
    4: b"\x00",
    3: b"\x01" + bytes([len(APPLET)]) + APPLET + b"\x00\x01",
    6: b"\x00\x80\x03\x01\x00\x00\x01\x07\x01\x00\x00",
    7: b"\x00\x01\x10\x7a",
    8: bytes(10),
    5: bytes(2),
    9: bytes(4),
    11: bytes(6),
}
sizes = [len(info.get(tag, b"")) for tag in range(1, 12)]
sizes[1] = 2 * 11 + 4 + 1 + 1 + 1
info[2] = b"".join(size.to_bytes(2, "big") for size in sizes) + bytes(4) + b"\x00" + b"\x01" + b"\x00"
ORDER = {1: "Header", 2: "Directory", 4: "Import", 3: "Applet", 6: "Class", 7: "Method", 8: "StaticField",
         5: "ConstantPool", 9: "RefLocation", 11: "Descriptor"}
with open("minimal.ijc", "wb") as file:
    for tag in ORDER:
        file.write(component(tag, info[tag]))
with zipfile.ZipFile("minimal.cap", "w", zipfile.ZIP_DEFLATED) as archive:
    def add(name, data):
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    add("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n")
    for tag in sorted(ORDER):  # not the order of LOAD: that is the reader's business
        add("org/otabox/minimal/javacard/%s.cap" % ORDER[tag], component(tag, info[tag]))
    add("org/otabox/minimal/javacard/Debug.cap", component(12, b"\x00\x00"))
