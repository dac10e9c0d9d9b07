"""Set everything up and start rnnviz, or test it, with nothing but Python.

python run.py               start the app and open it in the browser
python run.py --class       the same for a whole class: other computers can reach it
python run.py --port 9000   the same on a port of your choice
python run.py test          check and test everything

Anything else on the line is passed on: to Streamlit, or to pytest after ``test``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAGE = ROOT / "rnnviz" / "stage"
OLDEST, OLDEST_NODE = (3, 11), 18
FIRST_PORT = 8501


def main(argv: list[str]) -> int:
    """Do what the command line asks; return the exit code."""
    options, passed_on = command_line(argv)
    try:
        refuse_old_python(sys.version_info[:2])
        python = environment(ENVIRONMENT)
        install(python, ROOT / ("requirements-dev.txt" if options.task == "test" else "requirements.txt"))
        return test(python, passed_on) if options.task == "test" else start(python, options, passed_on)
    except KeyboardInterrupt:
        return 130 if options.task == "test" else 0
    except (SetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1


class SetupError(Exception):
    """One sentence on why it stops and what to do."""


def command_line(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Read what is ours from the command line; return the rest as it stands."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False, usage="python run.py [test] [options]")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--class", dest="classroom", action="store_true", help="let other computers open the app")
    parser.add_argument("--port", type=int, help=f"where to serve the app; the first free one from {FIRST_PORT} on")
    ours = argparse.Namespace(task="test" if argv[:1] == ["test"] else "start")
    return parser.parse_known_args(argv[1:] if argv[:1] in (["test"], ["start"]) else argv, ours)


def refuse_old_python(version: tuple[int, ...]) -> None:
    """Stop where the code could not even be read."""
    if version < OLDEST:
        wanted, have = ".".join(map(str, OLDEST)), ".".join(map(str, version))
        raise SetupError(f"rnnviz needs Python {wanted} or newer and this is {have}: run it with a newer python3.")


def environment(folder: Path) -> Path:
    """Return the environment's Python, creating the environment if it is missing, half made or lost its Python."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and has(folder, "pip"):
        return python
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info)
        raise SetupError(f"This Python cannot make environments: sudo apt install {package}, then run again.")
    print(f"Making an environment in {folder.name} ...", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(folder)], "The environment could not be made")
    return python


def has(folder: Path, package: str) -> bool:
    """Say whether the environment holds a package, without starting its Python."""
    places = (f"lib/python*/site-packages/{package}", f"Lib/site-packages/{package}")
    return any(found for place in places for found in folder.glob(place))


def install(python: Path, requirements: Path) -> None:
    """Install the pinned requirements, unless exactly these are installed already."""
    stamp = ENVIRONMENT / f".{requirements.stem}.sha256"
    wanted = fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if sys.platform == "linux" and not has(ENVIRONMENT, "torch"):
        print(cuda_warning(python, pinned("torch", ROOT / "requirements.txt")), flush=True)
    print(f"Installing {requirements.name} (once, a few minutes) ...", flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "-r", str(requirements)], "pip could not install the requirements")
    stamp.write_text(wanted)


def fingerprint(requirements: Path) -> str:
    """Hash a requirements file together with those it includes."""
    text = requirements.read_text(encoding="utf-8")
    included = re.findall(r"^-r (\S+)$", text, flags=re.MULTILINE)
    parts = [text, *(fingerprint(requirements.parent / name) for name in included)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def pinned(package: str, requirements: Path) -> str:
    """Return the requirement line of a package, such as ``torch==2.13.0``."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"{package}=="))


def cuda_warning(python: Path, torch: str) -> str:
    """Say what PyTorch may weigh on Linux, and how to get the small build."""
    command = f"{python.relative_to(ROOT)} -m pip install {torch} --index-url INDEX"
    return (
        "On Linux, PyTorch from the general index brings 3-4 GB of CUDA packages that rnnviz does not use.\n"
        f"For the CPU build (0.2 GB) press Ctrl+C, run\n    {command}\n"
        "with the INDEX that PyTorch's installation page gives for CPU, and start again. pip's own settings apply."
    )


def start(python: Path, options: argparse.Namespace, passed_on: list[str]) -> int:
    """Serve the app until Ctrl+C."""
    address = outward_address() if options.classroom else "localhost"
    port = options.port or free_port(FIRST_PORT)
    print(f"rnnviz runs at http://{address}:{port} (Ctrl+C stops it)", flush=True)
    streamlit = [str(python), str(ROOT / "serve.py"), "run", str(ROOT / "app.py"), f"--server.port={port}"]
    bound = (
        ["--server.address=0.0.0.0", "--server.headless=true"] if options.classroom else ["--server.address=localhost"]
    )
    return subprocess.call([*streamlit, *bound, f"--browser.serverAddress={address}", *passed_on], cwd=ROOT)


def free_port(first: int) -> int:
    """Return the first port from ``first`` on that nothing listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise SetupError(f"Ports {first} to {first + 99} are all taken: stop another server first.")


def outward_address() -> str:
    """Return the address under which others on the local network see this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: choosing a route sends nothing
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


def test(python: Path, passed_on: list[str]) -> int:
    """Run every check, the tests last; return the first failure's exit code."""
    module = [str(python), "-m"]
    checks = {
        "ruff check": [*module, "ruff", "check"],
        "ruff format": [*module, "ruff", "format", "--check"],
        "mypy": [*module, "mypy"],
        **javascript_checks(),
        "pytest": [*module, "pytest", *passed_on],
    }
    codes: dict[str, int] = {}
    for name, command in checks.items():
        failed = [check for check, code in codes.items() if code]
        print(f"== {name}" + (f" (failed so far: {', '.join(failed)})" if failed else ""), flush=True)
        codes[name] = subprocess.call(command, cwd=ROOT)
    return next(filter(None, codes.values()), 0)


def javascript_checks() -> dict[str, list[str]]:
    """Return the checks of the JavaScript; none, with a word on why, where Node or its packages cannot be had.

    With CI=true they must be.
    """
    try:
        node, npm = node_and_npm()
        install_javascript(npm)
    except (SetupError, OSError) as problem:
        if os.environ.get("CI") == "true":
            raise
        print(f"The JavaScript is not checked: {problem}", flush=True)
        return {}
    tests = sorted(str(path) for path in (ROOT / "tests").rglob("*.test.mjs"))
    return {
        "biome": [npm, "--prefix", str(STAGE), "run", "--silent", "lint"],
        "tsc": [npm, "--prefix", str(STAGE), "run", "--silent", "types"],
        "node --test": [node, "--test", *tests],
    }


def node_and_npm() -> tuple[str, str]:
    """Return where Node and its package manager are."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SetupError(f"that takes node and npm, version {OLDEST_NODE} or newer.")
    version = subprocess.check_output([node, "--version"], text=True).strip()
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        raise SetupError(f"that takes Node {OLDEST_NODE} or newer, and this is {version}.")
    return node, npm


def install_javascript(npm: str) -> None:
    """Install the pinned tools for the JavaScript, unless exactly these are installed already."""
    lock, stamp = STAGE / "package-lock.json", STAGE / "node_modules" / ".package-lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing what {lock.name} pins (once, a few seconds) ...", flush=True)
    command = [npm, "--prefix", str(STAGE), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, "npm could not install the tools")
    stamp.write_text(wanted)


def run(command: list[str], failure: str) -> None:
    """Run a step of the set-up; its own output says why it failed."""
    if subprocess.call(command, cwd=ROOT):
        raise SetupError(f"{failure}: see above for the reason, then run again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
