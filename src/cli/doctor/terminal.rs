//! The terminal: its name and size, colours and characters, how wide it draws them, the way to its clipboard, and tmux in between.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::super::exit::Exit;
use super::super::look::Chosen;
use super::line::{Group, Line};
use crate::app::extent::{Class, Extent};
use crate::app::manners::Manners;
use crate::tui;
use crate::ui::{Glyphs, Look};

const GROUP: Group = Group::Terminal;

/// Characters that the console draws, and how many cells it reckons with for each; the last stands for wide scripts.
const CHARACTERS: [(&str, u16); 6] = [("✓", 1), ("▴", 1), ("━", 1), ("…", 1), ("↵", 1), ("東", 2)];

/// tmux is asked no longer than this.
const PATIENCE: Duration = Duration::from_secs(1);

/// What goes into the clipboard when that is tested.
const COPIED: &str = "unstick doctor";

/// What can be said of the terminal. `copies`: the clipboard may be overwritten to test it.
pub(super) async fn lines(
    looks: Option<Chosen>,
    manners: Option<Manners>,
    asks: bool,
    copies: bool,
) -> Vec<Line> {
    let mut lines = vec![name(), size()];
    if let Some(chosen) = looks {
        lines.extend([colours(&chosen), characters(chosen.look)]);
    }
    let asks = asks && is_here();
    let told = if asks {
        tokio::task::spawn_blocking(ask).await.unwrap_or_default()
    } else {
        None
    };
    lines.extend(answers(asks, told.as_ref()));
    lines.push(clipboard(copies && is_here()));
    lines.extend(manners.map(|manners| mouse(manners.mouse)));
    if std::env::var_os("TMUX").is_some() {
        lines.push(tmux().await);
    }
    lines
}

fn is_here() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn name() -> Line {
    const CHECK: &str = "terminal";
    let mut words = vec![variable("TERM"), variable("TERM_PROGRAM")];
    words.retain(|word| !word.is_empty());
    let named = if words.is_empty() {
        "without a name".to_owned()
    } else {
        words.join(", ")
    };
    if variable("TERM") == "dumb" {
        return Line::warn(GROUP, CHECK, named).mend("set TERM to what it is, or use the commands");
    }
    let is_far = std::env::var_os("SSH_CONNECTION").is_some();
    let far = if is_far { ", over SSH" } else { "" };
    Line::ok(GROUP, CHECK, format!("{named}{far}"))
}

fn size() -> Line {
    const CHECK: &str = "size";
    if !io::stdout().is_terminal() {
        return Line::unknown(GROUP, CHECK, "no terminal here: the output goes elsewhere");
    }
    let (width, height) = match crossterm::terminal::size() {
        Ok(size) => size,
        Err(error) => return Line::unknown(GROUP, CHECK, error.to_string()),
    };
    let size = format!("{width}x{height}");
    match (Extent { width, height }).class() {
        Class::TooSmall => Line::warn(GROUP, CHECK, format!("{size}: too small for the console"))
            .mend("make it 60x12 at least"),
        Class::Mini => Line::warn(GROUP, CHECK, format!("{size}: room to look, not to end"))
            .mend("make it 60x12 at least"),
        Class::Compact => Line::ok(GROUP, CHECK, format!("{size}, compact: everything works")),
        Class::Normal => Line::ok(GROUP, CHECK, format!("{size}, normal")),
        Class::Wide => Line::ok(GROUP, CHECK, format!("{size}, wide")),
    }
}

fn colours(chosen: &Chosen) -> Line {
    const CHECK: &str = "colours";
    if let Some(why) = &chosen.trouble {
        return Line::bad(GROUP, CHECK, format!("ui.theme: {why}"), Exit::Usage)
            .mend("the console does not open before it is mended");
    }
    let why = if variable("NO_COLOR").is_empty() {
        match variable("COLORTERM").as_str() {
            "" => "COLORTERM says nothing".to_owned(),
            said => format!("COLORTERM={said}"),
        }
    } else {
        "NO_COLOR is set".to_owned()
    };
    let what = match chosen.theme.as_str() {
        "mono" => format!("none ({why}): words and signs say everything"),
        theme => format!("theme {theme} ({why})"),
    };
    Line::ok(GROUP, CHECK, what)
}

fn characters(look: Look) -> Line {
    const CHECK: &str = "characters";
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(variable)
        .find(|value| !value.is_empty());
    let locale = locale.unwrap_or_else(|| "none".to_owned());
    match look.glyphs {
        Glyphs::Unicode => Line::ok(GROUP, CHECK, format!("unicode (locale {locale})")),
        Glyphs::Ascii => Line::ok(GROUP, CHECK, format!("ascii (locale {locale})")),
    }
}

fn ask() -> Option<tui::Told> {
    let characters = CHARACTERS.map(|(character, _)| character);
    tui::ask_terminal(&characters).ok().flatten()
}

fn answers(asked: bool, told: Option<&tui::Told>) -> Vec<Line> {
    const CHECKS: [&str; 3] = ["widths", "bracketed paste", "steady frames"];
    let Some(told) = told else {
        let why = if asked {
            "the terminal does not answer within 200 ms"
        } else {
            "not asked: no terminal here"
        };
        return CHECKS
            .map(|check| Line::unknown(GROUP, check, why))
            .to_vec();
    };
    let [widths, paste, frames] = CHECKS;
    let known = |check, is_known, lost: &str| match is_known {
        Some(true) => Line::ok(GROUP, check, "known to the terminal"),
        Some(false) => Line::ok(GROUP, check, format!("not known to the terminal: {lost}")),
        None => Line::unknown(GROUP, check, "the terminal does not say"),
    };
    vec![
        measured(widths, &told.widths),
        known(
            paste,
            told.paste,
            "a paste comes as keys, and still confirms nothing",
        ),
        known(frames, told.synchronized, "a frame may flicker"),
    ]
}

fn measured(check: &str, widths: &[u16]) -> Line {
    let wrong: Vec<String> = CHARACTERS
        .iter()
        .zip(widths)
        .filter(|((_, reckoned), drawn)| reckoned != *drawn)
        .map(|((character, reckoned), drawn)| format!("{character} takes {drawn}, not {reckoned}"))
        .collect();
    if wrong.is_empty() {
        return Line::ok(
            GROUP,
            check,
            "characters take as many cells as reckoned with",
        );
    }
    Line::warn(GROUP, check, wrong.join(", ")).mend("--glyphs ascii, or another font")
}

fn mouse(is_ours: bool) -> Line {
    let what = if is_ours {
        "scrolls and selects, confirms nothing; Shift and drag selects text, ui.mouse = false leaves it to the terminal"
    } else {
        "left to the terminal by ui.mouse = false: dragging selects text"
    };
    Line::ok(GROUP, "mouse", what)
}

fn clipboard(tests: bool) -> Line {
    const CHECK: &str = "clipboard";
    let way = if std::env::var_os("TMUX").is_some() {
        "tmux"
    } else {
        "the terminal (OSC 52)"
    };
    if !tests {
        return Line::unknown(GROUP, CHECK, format!("by {way}, not tested"))
            .mend("--test-clipboard copies a word, in a terminal");
    }
    match tui::copy_through(&mut io::stdout(), "a word", COPIED, None) {
        // Nothing answers a copy: tmux takes it for itself at least, and a terminal may drop it.
        Ok(_) => Line::unknown(
            GROUP,
            CHECK,
            format!("sent to {way}; paste to see: `{COPIED}` should be there"),
        ),
        Err(error) => Line::warn(GROUP, CHECK, format!("by {way}: {error}")),
    }
}

async fn tmux() -> Line {
    const CHECK: &str = "tmux";
    let asked = tokio::task::spawn_blocking(tui::tmux_options);
    let Ok(Ok(Some(options))) = tokio::time::timeout(PATIENCE, asked).await else {
        return Line::unknown(GROUP, CHECK, "it does not say its options");
    };
    let said: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let is = |name: &str, value: &str| options.iter().any(|(n, v)| n == name && v == value);
    let said = said.join(", ");
    if is("focus-events", "off") {
        return Line::ok(GROUP, CHECK, said)
            .mend("`set -g focus-events on` lets polling slow down while nobody looks");
    }
    Line::ok(GROUP, CHECK, said)
}
