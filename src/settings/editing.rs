//! Changes to a `config.toml` that somebody wrote: what is not meant stays as it is, comments and order included. What cannot be read is
//! not touched, and what would not be read afterwards is not written.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::error::SettingsError;
use super::faultless;
use super::profile::{Grant, Profile, Sso};

/// Where a new profile is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// A region, by its AWS name.
    Region(String),
    /// Another domain.
    Domain(String),
    /// A pretend organisation on this machine.
    Loopback {
        /// REST.
        api_url: String,
        /// OAuth.
        login_url: String,
    },
}

/// A profile to be written. It is read-only: nothing here could say otherwise.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Where,
    /// The OAuth client.
    pub client_id: String,
    /// How its token is got.
    pub grant: Grant,
    /// Where people's own sign-in is.
    pub sso: Option<Sso>,
    /// The badge; a pretend organisation needs none.
    pub label: Option<String>,
    /// The organisation that it must turn out to be.
    pub org_id: Option<String>,
}

/// A configuration with changes that are not saved yet.
#[derive(Debug)]
pub struct Draft {
    file: PathBuf,
    /// What was there; nothing where there was no file.
    before: Option<String>,
    document: DocumentMut,
}

impl Draft {
    /// The configuration in this file, or an empty one if there is none.
    pub fn of(file: &Path) -> Result<Self, SettingsError> {
        let before = text_of(file)?;
        let text = before.as_deref().unwrap_or_default();
        // In our own words first: they name the place and the mend.
        faultless(Some(text), file)?;
        let document = text.parse().map_err(|error: toml_edit::TomlError| {
            let place = error.span().map_or(0, |span| span.start);
            SettingsError::at(file, text, place, error.message().to_owned())
        })?;
        Ok(Self {
            file: file.to_owned(),
            before,
            document,
        })
    }

    /// Writes a profile, in the place of one of the same name.
    pub fn put(&mut self, new: &NewProfile) -> Result<(), SettingsError> {
        let table = table_of(new);
        let profiles = self.profiles()?;
        profiles.insert(&new.name, table);
        Ok(())
    }

    /// Pins a profile to its organisation.
    pub fn pin(&mut self, name: &str, org_id: &str) -> Result<(), SettingsError> {
        let file = self.file.clone();
        let profile = self.profiles()?.get_mut(name);
        let profile = profile.and_then(Item::as_table_like_mut);
        let profile = profile.ok_or_else(|| SettingsError::no_profile(name, &[], &file))?;
        profile.insert("org_id", value(org_id));
        Ok(())
    }

    /// Removes a profile; it is no longer the default either. Says whether it was.
    pub fn forget(&mut self, name: &str) -> Result<bool, SettingsError> {
        self.profiles()?.remove(name);
        let default = self.document.get("default_profile").and_then(Item::as_str);
        let was_default = default == Some(name);
        if was_default {
            self.document.remove("default_profile");
        }
        Ok(was_default)
    }

    /// Makes a profile the one that is opened where none is named.
    pub fn set_default(&mut self, name: &str) {
        // Changed where it stands, so that what is written beside it stays.
        if let Some(Item::Value(old)) = self.document.get_mut("default_profile") {
            let decor = old.decor().clone();
            let mut new = Value::from(name);
            *new.decor_mut() = decor;
            *old = new;
        } else {
            self.document.insert("default_profile", value(name));
        }
    }

    /// A profile as it would be read after saving, checked.
    pub fn profile(&self, name: &str) -> Result<Profile, SettingsError> {
        let profiles = self.read()?;
        let found = profiles.iter().find(|profile| profile.name == name);
        found
            .cloned()
            .ok_or_else(|| SettingsError::no_profile(name, &profiles, &self.file))
    }

    /// Saves: whole or not at all, private if the file is new, with its old permissions if it is not. A file that somebody else has
    /// changed meanwhile is not overwritten.
    pub fn save(self) -> Result<(), SettingsError> {
        self.read()?;
        if self.before.as_ref() == Some(&self.document.to_string()) {
            return Ok(());
        }
        if text_of(&self.file)? != self.before {
            return Err(SettingsError::Unwritable {
                file: self.file,
                why: "somebody else has changed it meanwhile; start again".to_owned(),
            });
        }
        replace(&self.file, &self.document.to_string()).map_err(|error| SettingsError::Unwritable {
            file: self.file,
            why: error.to_string(),
        })
    }

    fn read(&self) -> Result<Vec<Profile>, SettingsError> {
        let text = self.document.to_string();
        Ok(faultless(Some(&text), &self.file)?.profiles)
    }

    /// `[profiles]`, however it is written.
    fn profiles(&mut self) -> Result<&mut dyn TableLike, SettingsError> {
        let mut hidden = Table::new();
        hidden.set_implicit(true);
        let profiles = self
            .document
            .entry("profiles")
            .or_insert(Item::Table(hidden));
        profiles
            .as_table_like_mut()
            .ok_or_else(|| SettingsError::Unwritable {
                file: self.file.clone(),
                why: "`profiles` is no table".to_owned(),
            })
    }
}

fn table_of(new: &NewProfile) -> Item {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    match &new.place {
        Where::Region(region) => {
            table.insert("region", value(region));
        }
        Where::Domain(domain) => {
            table.insert("domain", value(domain));
        }
        Where::Loopback { api_url, login_url } => {
            table.insert("api_url", value(api_url));
            table.insert("login_url", value(login_url));
        }
    }
    table.insert("client_id", value(&new.client_id));
    if new.grant != Grant::default() {
        table.insert("grant", value(new.grant.word()));
    }
    if let Some(Sso { org, provider }) = &new.sso {
        let mut sso = InlineTable::new();
        sso.insert("org", org.into());
        sso.insert("provider", provider.into());
        table.insert("sso", value(sso));
    }
    if let Some(label) = &new.label {
        table.insert("label", value(label));
    }
    if let Some(org_id) = &new.org_id {
        table.insert("org_id", value(org_id));
    }
    Item::Table(table)
}

fn text_of(file: &Path) -> Result<Option<String>, SettingsError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::Unreadable {
            file: file.to_owned(),
            why: error.to_string(),
        }),
    }
}

/// Writes aside and moves into place. A link is followed first: what it leads to is what somebody keeps there.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let aside = folder.join(format!(".config.{}", uuid::Uuid::new_v4()));
    let written = write_new(&aside, &target, text).and_then(|()| fs::rename(&aside, &target));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write_new(aside: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(aside)?;
    new.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(target) {
        new.set_permissions(old.permissions())?;
    }
    new.sync_all()
}

#[cfg(test)]
mod tests;
