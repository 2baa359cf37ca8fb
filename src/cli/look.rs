//! Which colours and characters the console has: flags before variables before the file, and what the terminal cannot show last.

use std::path::Path;

use anyhow::anyhow;

use super::choice::Choice;
use super::exit::Exit;
use super::trouble::Trouble;
use crate::app::manners::{Manners, Notify};
use crate::domain::filter::nearest;
use crate::settings::{self, Check, Paths, Settings};
use crate::ui::{Glyphs, Look, Theme};

/// Looks as they were chosen.
#[derive(Debug)]
pub(super) struct Chosen {
    /// What is drawn with.
    pub(super) look: Look,
    /// The theme's name.
    pub(super) theme: String,
    /// Why the theme that was asked for is not the one in use.
    pub(super) trouble: Option<String>,
}

/// How the console behaves in its terminal.
pub(super) fn manners(ui: &settings::Ui) -> Manners {
    let usual = Manners::default();
    Manners {
        mouse: ui.mouse.unwrap_or(usual.mouse),
        title: ui.title.unwrap_or(usual.title),
        notify: match ui.notify {
            None => usual.notify,
            Some(settings::Notify::None) => Notify::None,
            Some(settings::Notify::Bell) => Notify::Bell,
            Some(settings::Notify::Osc9) => Notify::Osc9,
        },
    }
}

/// Looks by flags, variables and the file.
pub(super) fn chosen(choice: &Choice, settings: &Settings, paths: &Paths) -> Chosen {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let term = variable("TERM");
    let is_plain = choice.no_color
        || settings.ui.no_color
        || !variable("NO_COLOR").is_empty()
        || term == "dumb";
    let asked = settings.ui.theme.as_deref().unwrap_or("auto");
    let (theme, name, trouble) = match named(asked, paths) {
        // What stands in the file is right or wrong whatever the terminal shows.
        read if is_plain => (Theme::mono(), "mono", read.err()),
        Ok(theme) => (theme, asked, None),
        Err(why) => (Theme::default(), "auto", Some(why)),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(variable)
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_lowercase();
    let can_unicode = (locale.contains("utf-8") || locale.contains("utf8"))
        && !matches!(term.as_str(), "linux" | "dumb");
    let glyphs = match choice.glyphs.or(settings.ui.glyphs) {
        Some(settings::Glyphs::Ascii) => Glyphs::Ascii,
        Some(settings::Glyphs::Unicode) => Glyphs::Unicode,
        None if can_unicode => Glyphs::Unicode,
        None => Glyphs::Ascii,
    };
    Chosen {
        look: Look { theme, glyphs },
        theme: name.to_owned(),
        trouble,
    }
}

impl Chosen {
    /// What the console draws with; nothing is drawn in looks that nobody asked for.
    pub(super) fn or_refuse(self) -> Result<Look, Trouble> {
        match self.trouble {
            None => Ok(self.look),
            Some(why) => Err(Trouble::new(Exit::Usage, anyhow!("ui.theme: {why}"))
                .hint("nothing was sent; mend it and start again")),
        }
    }
}

/// The theme that a configuration names must be there and make sense.
pub(super) fn examine(check: &mut Check, paths: &Paths) {
    let asked = check.ui().theme.clone();
    if let Some(why) = asked.and_then(|name| named(&name, paths).err()) {
        check.complain_of_theme(&why);
    }
}

/// The theme of this name: one that ships, else the operator's in the folder `themes` beside the configuration.
fn named(name: &str, paths: &Paths) -> Result<Theme, String> {
    if let Some(theme) = Theme::shipped(name) {
        return Ok(theme);
    }
    let folder = paths.config.join("themes");
    // By the names that are there, so that no name leads out of the folder.
    let own = own_names(&folder);
    if own.iter().any(|known| known == name) {
        let file = folder.join(format!("{name}.toml"));
        let shown = file.display();
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{shown}: cannot be read: {error}"))?;
        return Theme::read(&text).map_err(|why| format!("{shown}:{why}"));
    }
    let shipped = Theme::names().map(str::to_owned);
    let known: Vec<String> = shipped.chain(own).collect();
    let near = nearest(name, known.iter().map(String::as_str));
    Err(format!(
        "there is no theme `{name}`. Did you mean `{}`? One of your own would be {}",
        near.unwrap_or_default(),
        folder.join("NAME.toml").display()
    ))
}

fn own_names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".toml")?.to_owned()))
        .collect();
    names.sort();
    names
}
