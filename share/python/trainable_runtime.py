"""Metrics, images and tables of a training script, written down.

Every call makes one JSON object, an envelope, on a line of its own:

    log                  {"step": .., "metrics": {..}, "run"?: ..}
    configure_dashboard  {"chart_config": {"charts": [..]}}
    all others           {"log": {"type", "step", "key", "data", "run"?}}

    image, image_grid    data {"items": [{"path", "caption"?}, ..]}
    figure (of plotly)   data {"items": [{"path", "format"}, ..]}
    table                data {"columns", "rows", "truncated"}
    confusion_matrix     data {"labels", "matrix", "truncated"?}; a row is
                         what was true, a column what it was taken for

TRAINABLE_RUNTIME_MODE, read when this module is imported, says where to:

    local    (default) lines to metrics.jsonl and images to figures/, both in
             TRAINABLE_LOCAL_OUT (./trainable_out); a path counts from there
    sandbox  lines to stdout, images to sessions/$TRAINABLE_SESSION_ID/figures/
             in TRAINABLE_VOLUME_ROOT (/data); a path is /sessions/..

An image is figures/<key>/<step>.png, one of several <step>_<index>.png, that
of a run <run>@<step>.png.  A key that is no plain file name becomes one, with
a hash after a "~" that keeps different keys apart.

JSON has no NaN and no Infinity: they are the strings "NaN", "Infinity" and
"-Infinity", which float() understands.  What JSON has no form for is str().
An iterator is read once.  What cannot be written is told on stderr, once, and
the script goes on; an image that is not there has path null and an "error".
"""
import collections
import collections.abc
import contextlib
import datetime
import decimal
import enum
import hashlib
import io
import itertools
import json
import math
import numbers
import os
import re
import shutil
import struct
import sys
import threading
import zlib

__all__ = ["log", "configure_dashboard", "log_image", "log_images",
           "log_figure", "log_table", "log_confusion_matrix"]

MAX_ROWS = 1000    # of a table
MAX_LABELS = 1000  # of a confusion matrix, which is their square
MAX_DEPTH = 32     # of values in values


# Values ---------------------------------------------------------------------

def _text(value):
    """str() of anything, as text that UTF-8 can hold."""
    try:
        text = str(value)
    except Exception:
        text = "<%s>" % type(value).__name__
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _number(value):
    """An int or float as JSON has it."""
    if isinstance(value, numbers.Integral):
        value = int(value)
        # Python refuses to print numbers of thousands of digits.
        return value if value.bit_length() <= 1024 else hex(value)
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if value != value else str(value).replace("inf", "Infinity")


def _scalar(value):
    """What is one value in JSON, in a tuple; an empty one if it is not."""
    if value is None or isinstance(value, bool):
        return (value,)
    if isinstance(value, enum.Enum):
        return (_plain(value.value),)
    # numpy's times also count as numbers, of nanoseconds or of days
    if isinstance(value, str) or type(value).__name__ in (
            "datetime64", "timedelta64"):
        return (_text(value),)
    if isinstance(value, (numbers.Real, decimal.Decimal)):
        return (_number(value),)
    if isinstance(value, (bytes, bytearray)):
        return (bytes(value).decode("utf-8", "backslashreplace"),)
    if isinstance(value, os.PathLike):
        return (_plain(os.fspath(value)),)
    if isinstance(value, (datetime.date, datetime.time)):
        return (_text(value.isoformat()),)
    return ()


def _unwrap(value):
    """The Python value in one of numpy, torch, pandas, TensorFlow or jax;
    the value itself when it is none."""
    for name in ("tolist", "item", "numpy"):
        get = getattr(value, name, None)
        if callable(get) and not isinstance(value, type):
            try:
                return get()
            except Exception:
                continue
    return value


def _compound(value, outer):
    if id(value) in outer or len(outer) >= MAX_DEPTH:
        return _text(value)
    outer = outer | {id(value)}
    if isinstance(value, collections.abc.Mapping):
        return {_key_text(k): _plain(v, outer) for k, v in value.items()}
    inner = _unwrap(value)
    if inner is not value:
        return _plain(inner, outer)
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(v, outer) for v in value), key=_text)
    if isinstance(value, collections.abc.Iterable):
        return [_plain(v, outer) for v in value]
    return _text(value)


def _plain(value, outer=frozenset()):
    """Any value as what JSON can hold; never fails."""
    try:
        scalar = _scalar(value)
        return scalar[0] if scalar else _compound(value, outer)
    except Exception:
        return _text(value)


def _key_text(key):
    """The name of a member."""
    plain = _plain(key)
    return plain if isinstance(plain, str) else _text(plain)


def _iterate(value):
    """Iterate over whatever holds several values; else over the one."""
    if isinstance(value, (str, bytes, bytearray)):
        return iter([value])
    try:
        return iter(value)
    except Exception:
        return iter([value])


def _items(value):
    """The same, as a list; arrays as Python's own values."""
    if callable(getattr(value, "to_numpy", None)) and not hasattr(
            value, "tolist"):  # a frame of pandas
        value = value.to_numpy()
    return list(_iterate(_unwrap(value)))


def _pairs(metrics):
    """A mapping, or pairs of name and value, as a dict."""
    if callable(getattr(metrics, "items", None)):
        metrics = metrics.items()
    got = _items(metrics)
    try:
        return dict(got)
    except (TypeError, ValueError):
        return {"value": got[0] if len(got) == 1 else got}


def _step(step):
    """A step is a whole number wherever it can be one."""
    value = _plain(step)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    if isinstance(value, bool) or (isinstance(value, float)
                                   and value.is_integer()):
        return int(value)
    return value


# Where it goes --------------------------------------------------------------

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_PLAIN_NAME = re.compile(
    r"-?[0-9]{1,18}|[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_warned = set()


def _warn(kind, text):
    """Say it on stderr, once for each kind of trouble."""
    if kind in _warned:
        return
    _warned.add(kind)
    with contextlib.suppress(Exception):
        sys.stderr.write("trainable: %s (told once)\n" % text)
        sys.stderr.flush()


def _file_name(text):
    """A name for one file or folder, a different one for every text."""
    if (_PLAIN_NAME.fullmatch(text) and not text.endswith(".")
            and not _RESERVED.match(text)):
        return text
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:40] + "~" + digest


def _write_all(fd, data):
    """One write; more only if the system took a part."""
    while data:
        data = data[os.write(fd, data):]


class _Local:
    """./trainable_out"""

    def __init__(self):
        # Once and for all: scripts change their folder.
        self.root = os.path.abspath(
            os.environ.get("TRAINABLE_LOCAL_OUT") or "trainable_out")
        self.figures = os.path.join(self.root, "figures")
        self.torn = False

    def emit(self, line):
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        os.makedirs(self.root, exist_ok=True)
        fd = os.open(os.path.join(self.root, "metrics.jsonl"), flags, 0o666)
        try:
            if self.torn:  # half a line is there: the disk was full
                line = b"\n" + line
            done = os.write(fd, line)
            self.torn = done < len(line)
            _write_all(fd, line[done:])
            self.torn = False
        finally:
            os.close(fd)

    def shown(self, folder, name):
        return "figures/%s/%s" % (folder, name)


class _Sandbox:
    """stdout, and the session's folder on the volume"""

    def __init__(self):
        root = os.environ.get("TRAINABLE_VOLUME_ROOT") or "/data"
        self.session = _file_name(
            _text(os.environ.get("TRAINABLE_SESSION_ID") or "unknown"))
        self.figures = os.path.join(os.path.abspath(root), "sessions",
                                    self.session, "figures")

    def emit(self, line):
        out = sys.stdout
        out.flush()
        # Past the stream, which would keep what cannot be written and fail at
        # the script's end.  What stands in for stdout, as in a notebook, may
        # have the number of a file that it does not write to.
        if out is sys.__stdout__ and type(out) is io.TextIOWrapper:
            _write_all(out.fileno(), line)
        else:
            out.write(line.decode("ascii"))
            out.flush()

    def shown(self, folder, name):
        return "/sessions/%s/figures/%s/%s" % (self.session, folder, name)


def use_local():
    """Local mode, whatever the environment says."""
    global _sink
    if not isinstance(_sink, _Local):
        _sink = _Local()


def _new_lock():
    """A lock that another thread held at a fork would stay locked."""
    global _lock
    _lock = threading.RLock()


_new_lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)
_sink = (_Sandbox() if os.environ.get("TRAINABLE_RUNTIME_MODE") == "sandbox"
         else _Local())


def _emit(envelope):
    """Write one line: ASCII, so that no encoding is in its way."""
    try:
        line = json.dumps(envelope, allow_nan=False).encode("ascii") + b"\n"
        with _lock:
            _sink.emit(line)
    except Exception as why:
        _warn("emit", "cannot write metrics: %s" % _text(why))


def _with_run(event, run):
    run = "" if run is None else _key_text(run)
    return dict(event, run=run) if run else event


def _emit_log(kind, step, key, data, run):
    event = {"type": kind, "step": _step(step), "key": _key_text(key),
             "data": data}
    _emit({"log": _with_run(event, run)})


def _store(path, source):
    """Put bytes, or what an open file holds, where path says: all of it or
    nothing, and never a half for those who look meanwhile."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = os.path.join(os.path.dirname(path),
                        ".%s.part" % os.urandom(8).hex())
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    try:
        with source, open(part, "xb") as out:
            shutil.copyfileobj(source, out)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _save(step, key, run, suffix, make, *args):
    """One item of an event: what make(*args) returns, bytes or an open file
    and an extension, in a file of its own."""
    folder = _file_name(_key_text(key))
    run = "" if run is None else _key_text(run)
    name = (_file_name(run) + "@" if run else "") + _file_name(
        _text(_step(step))) + suffix
    try:
        source, extension = make(*args)
        name += extension
        _store(os.path.join(_sink.figures, folder, name), source)
    except Exception as why:
        _warn("store" if isinstance(why, OSError) else "image",
              "cannot save an image of %r: %s" % (_key_text(key), _text(why)))
        return {"path": None, "error": _text(why)}
    return {"path": _sink.shown(folder, name)}


# Images ---------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
_MAGIC = [(_PNG, ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"),
          (b"BM", ".bmp"), (b"II*\0", ".tif"), (b"MM\0*", ".tif")]
_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".svg", ".pdf"}
_COLOR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}  # channels: how PNG calls them


def _png(width, height, channels, pixels):
    """A PNG of 8-bit pixels, row after row."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))

    stride = width * channels
    raw = b"".join(b"\0" + pixels[at:at + stride]
                   for at in range(0, stride * height, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPE[channels],
                       0, 0, 0)
    return (_PNG + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(raw, 6)) + chunk(b"IEND", b""))


def _hwc(array, channels_first):
    """The array as height x width x channels."""
    while array.ndim > 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim == 2:
        return array[:, :, None]
    if array.ndim == 3:
        first = array.shape[0] in (1, 3, 4)
        last = array.shape[2] in _COLOR_TYPE
        if first and (channels_first or not last):
            return array.transpose(1, 2, 0)
        if last:
            return array
    raise TypeError("no image has the shape %s" % (array.shape,))


def _array_png(image):
    """PNG of an array of numpy, torch, TensorFlow or jax, or of lists."""
    import numpy

    torch_like = hasattr(image, "detach")
    if torch_like:
        image = image.detach().cpu()
        if "bfloat16" in str(image.dtype):  # numpy has no such type
            image = image.float()
    if hasattr(image, "numpy"):
        image = image.numpy()
    array = _hwc(numpy.asarray(image), torch_like)
    if array.size == 0:
        raise TypeError("no image has the shape %s" % (array.shape,))
    if array.dtype != numpy.uint8:
        array = array.astype(numpy.float64)
        finite = array[numpy.isfinite(array)]
        if finite.size == 0 or finite.max() <= 1 + 1e-6:
            array = array * 255
        array = numpy.nan_to_num(array, nan=0, posinf=255, neginf=0)
        array = numpy.rint(array).clip(0, 255).astype(numpy.uint8)
    height, width, channels = array.shape
    return _png(width, height, channels, array.tobytes())


def _pil_png(image):
    """PNG of one of Pillow's images."""
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"):
        image = image.convert("L" if image.mode == "F" else "RGB")
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def _extension(head, path):
    """What a file is called after: what it is, else what it was called."""
    for magic, extension in _MAGIC:
        if head.startswith(magic):
            return extension
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    suffix = os.path.splitext(path)[1].lower()
    return suffix if suffix in _SUFFIXES else ".bin"


def _open_image(path):
    path = os.fsdecode(path)
    if not os.path.isfile(path):  # a pipe would keep us waiting
        raise FileNotFoundError("%s is no file" % path)
    source = open(path, "rb")
    extension = _extension(source.read(16), path)
    source.seek(0)
    return source, extension


def _image(image):
    """(bytes or an open file, its extension) of any image."""
    if isinstance(image, (bytes, bytearray)):
        if _extension(image, "") != ".bin":
            return bytes(image), _extension(image, "")
        return _open_image(bytes(image))
    if isinstance(image, (str, os.PathLike)):
        return _open_image(image)
    if hasattr(image, "mode") and hasattr(image, "convert"):
        return _pil_png(image), ".png"
    if isinstance(image, collections.abc.Iterator):
        image = list(image)
    if not (hasattr(image, "shape") or hasattr(image, "__array__")
            or isinstance(image, (list, tuple))):
        raise TypeError("%s is no image" % type(image).__name__)
    return _array_png(image), ".png"


def _drawing(figure):
    """PNG of a figure of matplotlib, of what has one (axes) or saves itself
    as one (pyplot, the grids of seaborn)."""
    if not hasattr(figure, "savefig"):
        figure = figure.figure
    out = io.BytesIO()
    figure.savefig(out, format="png", bbox_inches="tight", dpi=120)
    return out.getvalue(), ".png"


# What scripts call ----------------------------------------------------------

def log(step, metrics, run=None):
    """Numbers of one step: a mapping, or pairs of name and value."""
    values = {_key_text(k): _plain(v) for k, v in _pairs(metrics).items()}
    _emit(_with_run({"step": _step(step), "metrics": values}, run))


def configure_dashboard(charts):
    """Which charts to show: a list of mappings."""
    if isinstance(charts, collections.abc.Mapping):
        config = _plain(charts)
        if "charts" not in config:
            config = {"charts": [config]}
    else:
        config = {"charts": [_plain(chart) for chart in _items(charts)]}
    _emit({"chart_config": config})


def _captioned(item, caption):
    caption = "" if caption is None else _key_text(caption)
    return dict(item, caption=caption) if caption else item


def log_image(step, key, image, caption=None, run=None):
    """One image: a path, bytes of a file, Pillow's, or an array (HxW, HxWxC,
    of torch CxHxW) of uint8, or of floats from 0 to 1."""
    item = _save(step, key, run, "", _image, image)
    _emit_log("image", step, key, {"items": [_captioned(item, caption)]}, run)


def log_images(step, key, images, captions=None, run=None):
    """Several images, to be shown next to each other."""
    captions = iter(()) if captions is None else _iterate(captions)
    items = []
    for i, image in enumerate(_iterate(images)):
        item = _save(step, key, run, "_%d" % i, _image, image)
        items.append(_captioned(item, next(captions, None)))
    _emit_log("image_grid", step, key, {"items": items}, run)


def _encoded(text, extension, **options):
    return text(**options).encode("utf-8"), extension


def log_figure(step, key, fig, run=None):
    """A figure of matplotlib, as PNG; or of plotly: as a page, which loads
    plotly's script from the network, and as JSON."""
    if hasattr(fig, "to_json") and hasattr(fig, "to_html"):
        page = _save(step, key, run, "", lambda: _encoded(
            fig.to_html, ".html", include_plotlyjs="cdn"))
        data = _save(step, key, run, "", _encoded, fig.to_json, ".json")
        _emit_log("figure", step, key, {"items": [
            dict(page, format="html"), dict(data, format="plotly")]}, run)
        return
    drawn = hasattr(fig, "savefig") or hasattr(fig, "figure")
    item = _save(step, key, run, "", _drawing if drawn else _image, fig)
    _emit_log("image", step, key, {"items": [item]}, run)


def _cells(row, columns):
    if isinstance(row, collections.abc.Mapping):
        return [_plain(row.get(column)) for column in columns]
    return [_plain(cell) for cell in _items(row)]


def log_table(step, key, columns, rows, run=None):
    """A table; a row is a list of cells or a mapping from column to cell.
    The first 1,000 rows are kept."""
    columns = _items(columns)
    if callable(getattr(rows, "itertuples", None)):  # a frame of pandas
        rows = rows.itertuples(index=False, name=None)
    kept = list(itertools.islice(_iterate(rows), MAX_ROWS + 1))
    data = {"columns": [_key_text(column) for column in columns],
            "rows": [_cells(row, columns) for row in kept[:MAX_ROWS]],
            "truncated": len(kept) > MAX_ROWS}
    _emit_log("table", step, key, data, run)


def _label(value):
    """A class as something that equals itself and can be looked up."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]  # of a column of a matrix
    if not isinstance(value, (str, int, float)):
        value = _plain(value)
    if isinstance(value, (list, dict)) or value is None or value != value:
        return _key_text(value)
    return value


def log_confusion_matrix(step, key, y_true, y_pred, labels=None, run=None):
    """How often which class was taken for which.

    Counted here, by the rules of scikit-learn, whether it is there or not:
    classes are those of `labels`, in that order, others do not count; without
    `labels` all that occur, sorted."""
    true, pred = _items(y_true), _items(y_pred)
    if len(true) != len(pred):
        _warn("length", "a confusion matrix of %d and %d values: what is "
              "over does not count" % (len(true), len(pred)))
    counts = collections.Counter(zip(map(_label, true), map(_label, pred)))
    if labels is None:
        classes = sorted({label for pair in counts for label in pair},
                         key=lambda label: (1, 0, label)
                         if isinstance(label, str) else (0, label, ""))
    else:
        classes = [_label(label) for label in _items(labels)]
    kept = classes[:MAX_LABELS]
    place = {label: i for i, label in enumerate(kept)}
    matrix = [[0] * len(kept) for _ in kept]
    for (was, said), count in counts.items():
        if was in place and said in place:
            matrix[place[was]][place[said]] += count
    data = {"labels": [_text(label) for label in kept], "matrix": matrix}
    if len(classes) > MAX_LABELS:
        data["truncated"] = True
    _emit_log("confusion_matrix", step, key, data, run)
