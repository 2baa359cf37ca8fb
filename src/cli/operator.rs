//! Who sits here: the name that a run has on record.

use crate::domain::text::Text;

/// By the environment, else by the system's table of users.
pub(super) fn name() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|name| Text::clean(&name).into())
        .find(|name: &String| !name.is_empty())
        .unwrap_or_else(of_the_system)
}

/// Where the environment does not say, as in many containers.
#[cfg(unix)]
fn of_the_system() -> String {
    let uid = rustix::process::getuid().as_raw();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    listed(uid, &users).unwrap_or_else(|| format!("uid {uid}"))
}

#[cfg(not(unix))]
fn of_the_system() -> String {
    "unknown".to_owned()
}

/// A user's name in a table of users; one that is not on this machine is not listed.
#[cfg(unix)]
fn listed(uid: u32, users: &str) -> Option<String> {
    let uid = uid.to_string();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name: String = Text::clean(fields.next()?).into();
        let is_it = fields.nth(1) == Some(uid.as_str()) && !name.is_empty();
        is_it.then_some(name)
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_number_alone() {
        let users = "root:x:0:0:root:/root:/bin/bash\nada:x:1000:0:Ada\n:x:7:7::\nodd\n";
        assert_eq!(listed(0, users).as_deref(), Some("root"));
        assert_eq!(listed(1000, users).as_deref(), Some("ada"));
        for unknown in [7, 100, 1] {
            assert_eq!(listed(unknown, users), None, "{unknown}");
        }
    }
}
