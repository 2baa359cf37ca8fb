//! The vendor's Python SDK, for a comparison in the same run: what its own client makes of the same bodies, model by model.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A Python that has the SDK; where this is not set, one is made once below `target`.
const VARIABLE: &str = "UNSTICK_BENCH_PYTHON";
/// What is installed, in the versions that the SDK's checks of the sandbox pin.
const REQUIREMENTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/clients/python/requirements.txt"
);
/// Takes pairs of a model and a file with a body a line; prints for each how many seconds all lines take, the best of five.
const SCRIPT: &str = r"
import sys, time
import PureCloudPlatformClientV2 as sdk
class Answer:
    def __init__(self, data): self.data = data
    def getheader(self, name): return 'application/json'
client = sdk.ApiClient()
for model, path in zip(sys.argv[1::2], sys.argv[2::2]):
    answers = [Answer(line) for line in open(path, 'rb').read().splitlines()]
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        found = [client.deserialize(answer, model) for answer in answers]
        took.append(time.perf_counter() - begun)
        assert len(found) == len(answers) and all(one.__class__.__name__ == model for one in found)
    print(min(took))
";

/// How long the SDK takes for the lines of each file, as that model; or why that cannot be told here.
pub(crate) fn deserialised(files: &[(&str, &Path)]) -> Result<Vec<Duration>, String> {
    let mut command = Command::new(python()?);
    command.args(["-c", SCRIPT]);
    for (model, file) in files {
        command.arg(model).arg(file);
    }
    let said = output(&mut command)?;
    said.lines()
        .map(|line| line.parse().map(Duration::from_secs_f64))
        .collect::<Result<_, _>>()
        .map_err(|_| format!("it said {said}"))
}

/// One that is named, or made.
pub(crate) fn python() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Ok(named.into());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vendor-python");
    let python = folder.join("bin/python");
    let imports = ["-c", "import PureCloudPlatformClientV2"];
    if output(Command::new(&python).args(imports)).is_ok() {
        return Ok(python);
    }
    output(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--quiet", "-r", REQUIREMENTS];
    output(Command::new(&python).args(install))?;
    Ok(python)
}

fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("{program}: {}", said.trim()))
}
