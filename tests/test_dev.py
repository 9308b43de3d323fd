"""dev.py: what it says when something is missing, and that it leaves alone what is there."""

import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent


def run_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dev.py as a person does."""
    command = [sys.executable, str(ROOT / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_wrong_usage_is_exit_code_2() -> None:
    """An unknown command is answered with the commands there are."""
    told = run_dev("tset")
    assert (2, "") == (told.returncode, told.stdout)
    assert "demo" in told.stderr


def test_only_test_takes_arguments_of_others() -> None:
    """A misspelt option is refused, and not handed to something that ignores it."""
    told = run_dev("lint", "--fast")
    assert told.returncode == 2
    assert "unknown arguments: --fast" in told.stderr


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is checked before anything else, and named."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "version", "3.9.2 (default)")
    with pytest.raises(dev.StopError, match=r"3\.11 or later; this is 3\.9\.2"):
        dev.main()


def test_a_python_that_cannot_make_environments_is_told_the_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Debian's Python without python3-venv, no uv, not root: the message names both ways out."""
    nothing = types.SimpleNamespace(util=types.SimpleNamespace(find_spec=lambda _: None))
    monkeypatch.setattr(dev, "importlib", nothing)
    monkeypatch.setattr(dev, "have_uv", lambda: False)
    monkeypatch.setattr(dev, "is_root", lambda: False)
    monkeypatch.setattr(dev, "VENV", tmp_path / "venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "venv" / "bin" / "python")
    with pytest.raises(
        dev.StopError, match=r"Install uv, or as root `apt-get install python3\.\d+"
    ):
        dev.make_environment()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The installations that dev.py asks for, none of them carried out."""
    asked: list[str] = []
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    for name in ("run", "build", "test", "mutants", "torch", "compare", "bench"):
        (tmp_path / f"{name}.txt").write_text(f"{name}==1\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(dev, "make_environment", lambda: None)
    monkeypatch.setattr(dev, "install_file", asked.append)
    monkeypatch.setattr(dev, "install_gradeck", lambda: asked.append("gradeck"))
    monkeypatch.setattr(dev, "install_frameworks", lambda: asked.append("frameworks"))
    return asked


def test_a_second_run_installs_nothing(steps: list[str]) -> None:
    """What a stamp calls done is not done again."""
    dev.prepare(tests=True)
    first = list(steps)
    dev.prepare(tests=True)
    assert ["run.txt", "build.txt", "gradeck", "test.txt", "mutants.txt", "frameworks"] == first
    assert first == steps


def test_the_demo_needs_less_than_the_tests(steps: list[str]) -> None:
    """Whoever only looks does not download browsers' drivers and frameworks."""
    dev.prepare(tests=False)
    assert ["run.txt", "build.txt", "gradeck"] == steps


def test_the_benches_need_more_than_the_tests(steps: list[str]) -> None:
    """What the engine is timed against comes with the benches, and a later test keeps it."""
    dev.prepare(tests=True, benches=True)
    assert [
        "run.txt",
        "build.txt",
        "gradeck",
        "test.txt",
        "mutants.txt",
        "frameworks",
        "bench.txt",
    ] == steps
    steps.clear()
    dev.prepare(tests=True)
    assert [] == steps


def test_an_unknown_bench_is_told_before_anything_is_installed(steps: list[str]) -> None:
    """The benches that there are stand in the message."""
    (dev.ROOT / "bench").mkdir()
    (dev.ROOT / "bench" / "engine.py").write_text("\ndef main() -> None: ...\n")
    with pytest.raises(dev.StopError, match="no such bench: engin; there is engine"):
        dev.bench(["engin"])
    assert [] == steps


def test_a_changed_requirement_is_installed_again(steps: list[str], tmp_path: Path) -> None:
    """The stamp is of the file's content."""
    dev.prepare(tests=True)
    steps.clear()
    (tmp_path / "test.txt").write_text("test==2\n")
    dev.prepare(tests=True)
    assert ["test.txt"] == steps


def test_a_failed_installation_is_tried_again(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that stopped half-way leaves no stamp."""

    def refuse() -> None:
        raise dev.StopError("no network")

    monkeypatch.setattr(dev, "install_gradeck", refuse)
    with pytest.raises(dev.StopError, match="no network"):
        dev.prepare(tests=False)
    monkeypatch.setattr(dev, "install_gradeck", lambda: steps.append("gradeck"))
    steps.clear()
    dev.prepare(tests=False)
    assert ["gradeck"] == steps


def test_a_missing_wheel_stops_ci_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the comparison with PyTorch is left out, and a line says so."""
    said: list[str] = []
    monkeypatch.setattr(dev, "quietly", lambda _: "no such wheel")
    monkeypatch.setattr(dev, "say", said.append)
    monkeypatch.setattr(dev, "IN_CI", False)
    dev.install_frameworks()
    assert ["will be skipped"] == [line[-15:] for line in said]
    monkeypatch.setattr(dev, "IN_CI", True)
    with pytest.raises(dev.StopError, match="PyTorch"):
        dev.install_frameworks()


def test_a_command_that_is_not_there_is_a_sentence() -> None:
    """No traceback where a program is missing."""
    assert "no-such-program" in dev.quietly(["no-such-program"])


@pytest.mark.servers
def test_the_demo_works() -> None:
    """`python3 dev.py demo --check`: builds, starts, hands in, sees it marked, stops."""
    told = run_dev("demo", "--check")
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-1].startswith("the demo works")


def test_a_sweep_runs_its_tests_with_its_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each sweep's tests are there and read its setting; what fails is named."""
    asked: list[tuple[object, dict[str, str]]] = []

    def run(command: Sequence[object], **settings: str) -> int:
        asked.append((command[-1], settings))
        return int("GRADECK_MUTATIONS" in settings)

    monkeypatch.setattr(dev, "prepare", lambda **_: None)
    monkeypatch.setattr(dev, "run", run)

    assert 1 == dev.sweeps([])
    assert "failed: files" in capsys.readouterr().err
    assert len(dev.SWEEPS) == len(asked)
    for tests, (setting, *_) in asked:
        files = [Path(str(tests))] if str(tests).endswith(".py") else Path(str(tests)).glob("*.py")
        assert any(setting in file.read_text(encoding="utf-8") for file in files), setting


def test_an_unknown_sweep_is_told_what_there_is() -> None:
    """A misspelt name runs nothing."""
    with pytest.raises(dev.StopError, match="no such sweep: file; there is answers, files, lms"):
        dev.sweeps(["file"])


@pytest.mark.parametrize("command", dev.COMMANDS, ids=lambda command: command.__name__)
def test_each_command_says_what_it_does(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """`dev.py COMMAND --help` has a sentence, and the overview has the command's line."""
    with pytest.raises(SystemExit):
        dev.parser().parse_args([command.__name__, "--help"])
    help_ = " ".join(capsys.readouterr().out.split())
    sentence = (command.__doc__ or "").partition("\n")[0]
    assert sentence.endswith(".")
    assert sentence in help_
    assert f"python3 dev.py {command.__name__} " in (dev.__doc__ or "")
