"""What a log and its archives hold."""
import gzip
import re
import subprocess

from whole import Broken

ARCHIVE = re.compile(r'\.\d{8}T\d{6}Z-\d+(\.gz|\.zst)?$')


def files_of(log):
    """The archives in the order of their names, then the log."""
    archives = sorted((path for path in log.parent.iterdir()
                       if path.name.startswith(log.name + '.') and ARCHIVE.search(path.name)),
                      key=lambda path: path.name.removesuffix('.gz').removesuffix('.zst'))
    return archives + ([log] if log.exists() else [])


def content(path):
    """The whole of it, or it is torn."""
    data = path.read_bytes()
    if path.suffix == '.gz':
        try:
            return gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise Broken(f'torn archive {path.name}: {error}') from None
    if path.suffix == '.zst':
        run = subprocess.run(['zstd', '-dcq'], input=data, capture_output=True, check=False)
        if run.returncode != 0:
            raise Broken(f'torn archive {path.name}: {run.stderr.decode()}')
        return run.stdout
    return data


def parts_of(log):
    """(file, what it holds); an archive ends with an entry."""
    parts = []
    for path in files_of(log):
        text = content(path)
        if path != log and not text.endswith(b'\n'):
            raise Broken(f'{path.name} does not end with the end of an entry: {text[-80:]!r}')
        parts.append((path, text))
    return parts


def unfinished(log):
    return [path.name for path in log.parent.iterdir() if path.name.startswith(log.name + '.') and path.name.endswith('.tmp')]
