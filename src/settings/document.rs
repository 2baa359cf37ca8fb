//! A configuration file that was read: what it says, and everything that is wrong with it. What is wrong is taken out and the rest read
//! on, so that one pass names more than the first mistake, and a console can keep what is good.

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::de::{DeTable, Deserializer};

use super::error::{SettingsError, no_such_profile};
use super::file::{ConfigFile, KITTY, mend};
use super::places::{Places, Step, Way, keys, remove, way};
use super::profile::{Profile, SANDBOX};
use super::proxy::Shared;
use super::rules::understood;
use crate::domain::filter::{self, Query};
use crate::domain::rules::Rules;
use crate::domain::sorting::SortKey;

/// So many mistakes are looked for: a file in another language has no end of them.
const MOST: usize = 50;

/// Something that is wrong, and with what.
#[derive(Debug, Clone)]
pub(super) struct Complaint {
    /// The way to it; empty for the file as a whole.
    pub(super) way: Way,
    /// What, and where.
    pub(super) error: SettingsError,
}

impl Complaint {
    /// It concerns this section, a key at the top of the file.
    fn is_of(&self, section: &str) -> bool {
        self.way
            .first()
            .is_none_or(|step| *step == Step::Key(section.to_owned()))
    }
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// What it says, without what could not be understood.
    pub(super) says: ConfigFile,
    /// Its profiles, those that make sense.
    pub(super) profiles: Vec<Profile>,
    /// Its rules and guards; nothing where one of them makes no sense.
    pub(super) rules: Option<Rules>,
    /// Everything that is wrong with it, as it stands in the file.
    pub(super) complaints: Vec<Complaint>,
    file: PathBuf,
    text: String,
    places: Places,
}

impl Document {
    /// Reads a text.
    pub(super) fn read(text: &str, file: &Path) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Self {
            file: file.to_owned(),
            text: text.to_owned(),
            places: Places::of(table.get_ref()),
            ..Self::default()
        };
        for error in errors.into_iter().take(MOST) {
            let byte = error.span().map_or(0, |span| span.start);
            document.complain_at(Way::new(), byte, mend(error.message()));
        }
        if document.complaints.is_empty() {
            document.understand(table);
            document.make_sense();
        }
        document
            .complaints
            .sort_by_key(|complaint| complaint.error.place());
        document
    }

    /// Tells of something that is wrong at a way down the file.
    pub(super) fn complain(&mut self, way: &[Step], offset: usize, what: impl Into<String>) {
        let byte = self.places.within(&self.text, way, offset);
        self.complain_at(way.to_vec(), byte, what.into());
    }

    fn complain_at(&mut self, way: Way, byte: usize, what: String) {
        self.complaints.push(Complaint {
            way,
            error: SettingsError::at(&self.file, &self.text, byte, what),
        });
    }

    /// Every key and value in its place; what is not is taken out.
    fn understand(&mut self, mut table: toml::Spanned<DeTable<'_>>) {
        for _ in 0..MOST {
            let error = match ConfigFile::deserialize(Deserializer::from(table.clone())) {
                Ok(says) => {
                    self.says = says;
                    return;
                }
                Err(error) => error,
            };
            let byte = error.span().map_or(0, |span| span.start);
            let way = self.places.at(byte).cloned().unwrap_or_default();
            let message = mend(error.message());
            // What lost a misspelt key lacks it now, and that was said.
            let is_news = !message.starts_with("missing field") || !self.is_maimed(&way);
            if is_news {
                self.complain_at(way.clone(), byte, message);
            }
            if way.is_empty() {
                return;
            }
            remove(table.get_mut(), &way);
        }
    }

    /// Something in it was taken out, or it was itself.
    fn is_maimed(&self, way: &[Step]) -> bool {
        self.complaints
            .iter()
            .any(|complaint| complaint.way.starts_with(way))
    }

    /// A whole item of this list was taken out, so that the numbers of those behind it are wrong now.
    fn is_short(&self, section: &str) -> bool {
        self.complaints
            .iter()
            .any(|complaint| complaint.is_of(section) && complaint.way.len() <= 2)
    }

    /// What each thing means, and whether things fit together.
    fn make_sense(&mut self) {
        self.make_sense_of_profiles();
        match understood(&self.says.rule, &self.says.guard) {
            Ok(rules) => {
                let is_whole = !self.is_wrong("rule") && !self.is_wrong("guard");
                self.rules = is_whole.then_some(rules);
            }
            Err(wrong) => {
                let is_short = self.is_short("rule") || self.is_short("guard");
                for wrong in wrong.into_iter().filter(|_| !is_short) {
                    self.complain(&wrong.way, wrong.offset, wrong.what);
                }
            }
        }
        if self.says.kitty().is_none() {
            self.complain(&keys(["keys", KITTY]), 0, "`kitty` is true or false");
        }
        self.make_sense_of_views();
    }

    /// Its profile of this name, if that makes sense.
    fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// What remains of a profile of a configuration that a variable named, where this is the usual one.
    pub(super) fn narrow(&self, profile: &mut Profile) {
        profile.narrow(self.profile(&profile.name), &self.says.limits);
    }

    /// Something in this section is wrong.
    pub(super) fn is_wrong(&self, section: &str) -> bool {
        self.complaints
            .iter()
            .any(|complaint| complaint.is_of(section))
    }

    fn make_sense_of_profiles(&mut self) {
        let folder = self.file.parent().unwrap_or(Path::new("")).to_owned();
        let shared = Shared {
            limits: &self.says.limits,
            proxy: self.says.proxy.as_deref(),
            ca_file: self.says.ca_file.as_deref(),
            folder: &folder,
        };
        let mut wrong = Vec::new();
        for (name, entry) in &self.says.profiles {
            match Profile::of_entry(name, entry, &shared) {
                Ok(profile) => self.profiles.push(profile),
                Err(what) => wrong.push((name.clone(), what)),
            }
        }
        for (name, what) in wrong {
            let way = keys(["profiles", &name]);
            if !self.is_maimed(&way) {
                let byte = self.places.value(&way);
                self.complain_at(way, byte, format!("profile `{name}`: {what}"));
            }
        }
        if let Some(name) = &self.says.default_profile
            && name != SANDBOX
            && !self.says.profiles.contains_key(name)
        {
            let known: Vec<&str> = self.says.profiles.keys().map(String::as_str).collect();
            let what = no_such_profile(name, &known);
            self.complain(&keys(["default_profile"]), 0, what);
        }
    }

    fn make_sense_of_views(&mut self) {
        let mut wrong = Vec::new();
        for (number, view) in self.says.view.iter().enumerate() {
            if let Some(filter) = &view.filter
                && let Err(error) = filter.parse::<Query>()
            {
                let way = way("view", number, "filter");
                wrong.push((way, error.span.start, format!("filter: {error}")));
            }
            if let Some(what) = view.sort.as_deref().and_then(bad_sort) {
                wrong.push((way("view", number, "sort"), 0, what));
            }
        }
        if let Some(what) = self.says.ui.sort.as_deref().and_then(bad_sort) {
            wrong.push((keys(["ui", "sort"]), 0, what));
        }
        let is_short = self.is_short("view");
        let is_view = |way: &Way| way.first() == Some(&Step::Key("view".to_owned()));
        for (way, offset, what) in wrong {
            if !(is_short && is_view(&way)) {
                self.complain(&way, offset, what);
            }
        }
    }
}

/// Why this is no order: `age`, or `-age` the other way round.
fn bad_sort(said: &str) -> Option<String> {
    let word = said.strip_prefix('-').unwrap_or(said);
    let known = SortKey::ALL.iter().map(|key| key.word());
    if known.clone().any(|known| known == word) {
        return None;
    }
    let near = filter::nearest(word, known).unwrap_or("sev");
    Some(format!(
        "nothing is sorted by `{word}`. Did you mean `{near}`?"
    ))
}
