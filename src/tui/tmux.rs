//! What tmux was told about the things that a console in it depends on. It is asked by its own command, with fixed arguments.

use std::process::{Command, Stdio};

/// The options that matter here.
const ASKED: [&str; 4] = [
    "set-clipboard",
    "allow-passthrough",
    "focus-events",
    "escape-time",
];

/// Names and values of tmux's options that matter here; nothing where no tmux answers. It may take as long as tmux does.
pub fn options() -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    for scope in ["-s", "-gw", "-g"] {
        let answer = Command::new("tmux")
            .args(["show-options", scope])
            // It needs no secret of ours.
            .env_remove("UNSTICK_CLIENT_SECRET")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        found.extend(chosen(&String::from_utf8_lossy(&answer.stdout)));
    }
    (!found.is_empty()).then_some(found)
}

fn chosen(said: &str) -> Vec<(String, String)> {
    let lines = said.lines().filter_map(|line| line.split_once(' '));
    lines
        .filter(|(name, _)| ASKED.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_is_taken_from_what_tmux_says() {
        let said = "buffer-limit 50\nset-clipboard external\nescape-time 500\n";
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let wanted = [
            named("set-clipboard", "external"),
            named("escape-time", "500"),
        ];
        assert_eq!(chosen(said), wanted);
    }
}
