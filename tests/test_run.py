"""The launcher's own decisions; that it sets up a fresh machine is proved by running it on one."""

import hashlib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("version", [(3, 8), (3, 10)])
def test_an_old_python_is_refused_in_a_sentence(version):
    with pytest.raises(run.SetupError, match=r"needs Python 3\.11 or newer and this is 3\.\d+: run it with a newer"):
        run.refuse_old_python(version)


def test_todays_pythons_are_welcome():
    for minor in (11, 12, 13, 14):
        run.refuse_old_python((3, minor))


def test_a_python_without_environments_names_the_package_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(run.SetupError, match=r"sudo apt install python3\.\d+-venv, then run again"):
        run.environment(tmp_path / ".venv")


def test_the_fingerprint_changes_with_an_included_file(tmp_path):
    base, extra = tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt"
    base.write_text("a==1\n")
    extra.write_text("-r requirements.txt\nb==2\n")
    before = run.fingerprint(extra)
    assert run.fingerprint(base) == hashlib.sha256(b"a==1\n").hexdigest()
    base.write_text("a==2\n")
    assert run.fingerprint(extra) != before


def test_unchanged_requirements_are_not_installed_again(tmp_path, monkeypatch):
    requirements, commands = tmp_path / "requirements.txt", []
    requirements.write_text("a==1\n")
    monkeypatch.setattr(run, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(run, "has", lambda *_: True)
    monkeypatch.setattr(run, "run", lambda command, _: commands.append(command))
    for _ in range(2):
        run.install(Path("python"), requirements)
    assert len(commands) == 1


def test_a_failed_step_is_not_stamped_as_done(tmp_path, monkeypatch):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("a==1\n")
    monkeypatch.setattr(run, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(run, "has", lambda *_: True)
    monkeypatch.setattr(run.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(run.SetupError, match="pip could not install the requirements"):
        run.install(Path("python"), requirements)
    assert list(tmp_path.iterdir()) == [requirements]


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run.free_port(taken.getsockname()[1]) != taken.getsockname()[1]


@pytest.mark.parametrize(
    ("argv", "task", "classroom", "passed_on"),
    [
        ([], "start", False, []),
        (["--class", "--server.runOnSave=true"], "start", True, ["--server.runOnSave=true"]),
        (["test", "-n0", "tests/test_run.py"], "test", False, ["-n0", "tests/test_run.py"]),
        (["test", "-k", "test"], "test", False, ["-k", "test"]),
        (["--server.maxUploadSize", "9"], "start", False, ["--server.maxUploadSize", "9"]),
    ],
)
def test_the_command_line_is_ours_or_passed_on(argv, task, classroom, passed_on):
    options, rest = run.command_line(argv)
    assert (options.task, options.classroom, rest) == (task, classroom, passed_on)


def test_only_a_class_is_reachable_from_outside(monkeypatch):
    started = []
    monkeypatch.setattr(run.subprocess, "call", lambda command, **_: started.append(command) or 0)
    for classroom in (False, True):
        run.start(Path("python"), run.command_line(["--class"] if classroom else [])[0], [])
    alone, together = started
    assert "--server.address=localhost" in alone
    assert "--server.address=0.0.0.0" in together


def test_the_launcher_needs_nothing_but_python():
    program = (
        "import sys, run; sys.exit(any(name in sys.modules for name in ('streamlit', 'numpy', 'torch', 'rnnviz')))"
    )
    assert subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_cuda_warning_names_the_pinned_torch_and_the_small_build():
    torch = run.pinned("torch", ROOT / "requirements.txt")
    warning = run.cuda_warning(run.ENVIRONMENT / "bin" / "python", torch)
    assert f"-m pip install {torch} --index-url INDEX" in warning


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A lockfile, a Node that says a version, and what was installed for it."""
    commands = []
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(run, "STAGE", tmp_path)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(run.subprocess, "check_output", lambda *_, **__: "v20.1.0\n")
    monkeypatch.setattr(
        run, "run", lambda command, _: (tmp_path / "node_modules").mkdir(exist_ok=True) or commands.append(command)
    )
    return commands


def test_the_javascript_is_checked_with_tools_that_are_installed_once(tools):
    for _ in range(2):
        assert list(run.javascript_checks()) == ["biome", "tsc", "node --test"]
    assert len(tools) == 1


def test_a_changed_lockfile_installs_the_tools_anew(tools, tmp_path):
    run.javascript_checks()
    (tmp_path / "package-lock.json").write_text('{"changed": true}')
    run.javascript_checks()
    assert len(tools) == 2


@pytest.mark.usefixtures("tools")
def test_every_javascript_test_is_run():
    command = run.javascript_checks()["node --test"]
    assert sorted(command[2:]) == sorted(str(path) for path in (ROOT / "tests").rglob("*.test.mjs"))
    assert len(command) > 5


@pytest.mark.parametrize(
    ("found", "version", "reason"),
    [(None, "v20.1.0", "takes node and npm"), ("/bin/node", "v16.20.0", "takes Node 18 or newer, and this is v16")],
)
@pytest.mark.usefixtures("tools")
def test_where_node_is_missing_or_old_that_is_said_and_with_ci_it_fails(monkeypatch, capsys, found, version, reason):
    monkeypatch.setattr(run.shutil, "which", lambda _: found)
    monkeypatch.setattr(run.subprocess, "check_output", lambda *_, **__: version)
    monkeypatch.setenv("CI", "false")
    assert run.javascript_checks() == {}
    assert reason in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(run.SetupError, match=reason):
        run.javascript_checks()


def test_the_lockfile_names_no_place_to_load_from():
    text = (ROOT / "rnnviz" / "stage" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') > 5
