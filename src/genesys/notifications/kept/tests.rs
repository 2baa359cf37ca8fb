use super::*;
use std::path::PathBuf;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("unstick-kept-{}", uuid::Uuid::new_v4())))
    }

    fn take(&self, of: &str) -> Kept {
        Kept::take(Some(&self.0), "acme", of)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

#[test]
fn t34_a_channel_is_found_again_at_the_next_start_and_counts_with_it() {
    let folder = Folder::new();
    let mut kept = folder.take("org/client");
    assert_eq!((kept.channel(), kept.may_open_at(at(0))), (None, at(0)));
    kept.opening(at(0));
    kept.set(Some("streaming-0-a"));
    drop(kept);
    let mut again = folder.take("org/client");
    assert_eq!(again.channel(), Some("streaming-0-a"));
    again.opening(at(60));
    assert_eq!(again.may_open_at(at(61)), at(3600), "two within the hour");
    assert_eq!(again.may_open_at(at(3601)), at(3601));
    drop(again);
    let other = folder.take("other/client");
    assert_eq!((other.channel(), other.may_open_at(at(61))), (None, at(61)));
}

#[test]
fn t34_programs_that_listen_at_the_same_time_have_a_channel_each() {
    let folder = Folder::new();
    let mut all: Vec<Kept> = (0..SLOTS).map(|_| folder.take("org/client")).collect();
    for (number, kept) in all.iter_mut().enumerate() {
        assert!(!kept.is_crowded());
        assert_eq!(kept.channel(), None, "nobody shares");
        kept.set(Some(&format!("streaming-0-{number}")));
    }
    assert!(folder.take("org/client").is_crowded());
    drop(all.remove(1));
    assert_eq!(folder.take("org/client").channel(), Some("streaming-0-1"));
}

#[test]
fn a_file_that_makes_no_sense_is_as_good_as_none() {
    let folder = Folder::new();
    private_folder(&folder.0).unwrap();
    std::fs::write(folder.0.join("acme-1.json"), "{\"channel\": 7").unwrap();
    let mut kept = folder.take("org/client");
    assert_eq!(kept.channel(), None);
    kept.set(Some("a"));
    drop(kept);
    assert_eq!(folder.take("org/client").channel(), Some("a"));
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_its_owners_alone() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = Folder::new();
    folder.take("org/client").set(Some("a"));
    let mode = std::fs::metadata(folder.0.join("acme-1.json"))
        .unwrap()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
