//! Pictures of the screen. Those of the README are drawn from frames of this very program and compared byte by byte, so that none can be out
//! of date; `INSTA_UPDATE=always` draws them anew. The operator's own go into a file, and show what the screen shows.

use std::fs;
use std::path::{Path, PathBuf};

use unstick::app::{Effect, KeyCode, Overlay};
use unstick::journal::{Journal, JournalOptions};
use unstick::ui::{Glyphs, Look, Theme, picture};

use crate::console_desk::{Desk, text_of};
use crate::console_loop;
use crate::sandbox_support::Bench;
use crate::support::Home;

/// The stages of the README, in its order.
const NAMES: [&str; 4] = ["list", "plan", "board", "report"];

fn staged(name: &str, width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    match name {
        "list" => desk.keys("jjj"),
        "plan" => desk.plan(),
        "board" => desk.run_half(),
        _ => desk.run_whole(),
    }
    desk
}

fn look(theme: &str) -> Look {
    Look {
        theme: Theme::shipped(theme).unwrap(),
        glyphs: Glyphs::Unicode,
    }
}

fn drawn(desk: &Desk, theme: &str) -> String {
    picture(&desk.app, &look(theme), desk.now)
}

#[test]
fn the_pictures_of_the_readme_are_what_the_program_draws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
    let readme = fs::read_to_string(folder.join("../../README.md")).unwrap();
    let is_updated = std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always");
    let mut files = Vec::new();
    for name in NAMES {
        let mut desk = staged(name, 100, 26);
        desk.draw();
        for theme in ["dark", "light"] {
            let file = format!("{name}-{theme}.svg");
            let svg = drawn(&desk, theme);
            if is_updated {
                fs::write(folder.join(&file), &svg).unwrap();
            }
            let kept = fs::read_to_string(folder.join(&file)).unwrap_or_default();
            // Not compared by assert_eq, whose message would be two pictures.
            assert!(
                kept == svg,
                "assets/pictures/{file} is not what the program draws now: INSTA_UPDATE=always cargo test --test it pictures"
            );
            assert!(
                readme.contains(&format!("assets/pictures/{file}")),
                "{file}"
            );
            files.push(file);
        }
    }
    let there = fs::read_dir(&folder).unwrap();
    let mut there: Vec<String> = there
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    files.sort();
    assert_eq!(there, files, "one more or one less than the README shows");
}

/// What stands where in a picture, as rows of text; what is drawn, and not written, is blank.
fn read_back(svg: &str, width: usize, height: usize) -> Vec<String> {
    let mut rows = vec![vec![" ".to_owned(); width]; height];
    let (_, screen) = svg.split_once("<g transform").unwrap();
    for element in screen.split("<text").skip(1) {
        let attribute = |name: &str| {
            let (_, rest) = element.split_once(&format!(" {name}=\"")).unwrap();
            rest.split('"').next().unwrap()
        };
        let y: usize = attribute("y").parse().unwrap();
        let (_, text) = element.split_once('>').unwrap();
        let text = text.split("</text>").next().unwrap();
        let text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let places: Vec<usize> = attribute("x")
            .split(' ')
            .map(|x| x.parse().unwrap())
            .collect();
        let row = &mut rows[y / 18];
        if let [place] = places[..] {
            row[place / 9] = text;
            continue;
        }
        assert_eq!(places.len(), text.chars().count(), "{element}");
        for (place, character) in places.into_iter().zip(text.chars()) {
            assert_eq!(place % 9, 0, "{element}");
            row[place / 9] = character.to_string();
        }
    }
    rows.into_iter()
        .map(|row| row.concat().trim_end().to_owned())
        .collect()
}

#[test]
fn every_character_of_the_frame_stands_in_the_picture_where_it_stood_on_the_screen() {
    for (width, height) in [(80, 24), (140, 40)] {
        for name in NAMES {
            let desk = staged(name, width, height);
            for theme in ["dark", "light", "auto", "mono"] {
                let svg = drawn(&desk, theme);
                assert!(svg.len() < 60_000, "{name} {width}: {} bytes", svg.len());
                assert_eq!(svg, drawn(&desk, theme), "another one each time");
                let frame = text_of(&desk.seen_in(&look(theme)));
                let is_drawn = |c| matches!(c, '\u{2500}'..='\u{257f}' | '\u{2581}'..='\u{2593}');
                let wanted: Vec<String> = frame
                    .lines()
                    .map(|row| row.replace(is_drawn, " ").trim_end().to_owned())
                    .collect();
                let read = read_back(&svg, width.into(), height.into());
                // A wide character takes the place of two.
                let narrow = |rows: &[String]| {
                    rows.join("\n")
                        .replace("日 本 ", "日本")
                        .replace("太 郎 ", "太郎")
                };
                assert_eq!(narrow(&read), narrow(&wanted), "{name} in {theme}");
                let (_, said) = svg.split_once("<desc>\n").unwrap();
                let said = said.split("</desc>").next().unwrap().replace("&gt;", ">");
                assert_eq!(said.trim_end(), wanted.join("\n").trim_end());
            }
        }
    }
}

#[test]
fn a_picture_is_asked_for_by_its_letter_or_its_name_and_no_box_lies_above_it() {
    let asked = |desk: &Desk| {
        let pictures = desk
            .effects
            .iter()
            .filter(|it| matches!(it, Effect::Picture));
        pictures.count()
    };
    let mut desk = Desk::full(80, 24);
    let before = drawn(&desk, "dark");
    desk.keys("E");
    assert!(desk.text().contains("p  SVG, screen picture, names shown"));
    assert!(drawn(&desk, "dark") != before);
    desk.keys("p");
    assert_eq!(asked(&desk), 1);
    assert!(desk.app.overlay.is_none());
    assert!(drawn(&desk, "dark") == before);
    desk.keys("zE");
    assert!(desk.text().contains("SVG, screen picture, names masked"));
    desk.keys("\u{1b}:picture\r");
    assert_eq!(asked(&desk), 2);
    assert!(!matches!(desk.app.overlay, Some(Overlay::Palette(_))));
    // Also of screens that nothing else is exported of, and while a run goes on.
    let mut desk = Desk::full(80, 24);
    desk.keys("\r:picture\r");
    assert_eq!(asked(&desk), 1);
    let mut desk = staged("board", 80, 24);
    desk.keys(":screenshot\r");
    assert_eq!(asked(&desk), 1);
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "svg"));
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_loop_writes_the_screen_as_a_private_file_masked_as_it_is_and_never_over_another()
{
    let home = Home::new();
    let bench = Bench::quiet().await;
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let mut desk = console_loop::Desk::open(&bench.sandbox, &journal).await;
    let folder = home.path("exports");
    desk.until("3 stuck and 1 stale of 7").await;
    let rows = desk.console.app().roster.rows();
    let agents: Vec<String> = rows
        .filter_map(|row| Some(row.listed.agent.as_ref()?.to_string()))
        .collect();
    assert!(!agents.is_empty());
    desk.types("Ep").await;
    desk.until("exported: ").await;
    let [first] = &pictures(&folder)[..] else {
        panic!("{:?}", pictures(&folder));
    };
    let svg = fs::read_to_string(first).unwrap();
    assert!(svg.contains("3 stuck and 1 stale of 7"), "{svg}");
    assert!(svg.contains("<title>unstick, SANDBOX sandbox, 20"), "{svg}");
    for not in ["a letter writes it", "exporting", "exported"] {
        assert!(!svg.contains(not), "{not} is in {svg}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            first.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let shown: Vec<&String> = agents
        .iter()
        .filter(|name| svg.contains(name.as_str()))
        .collect();
    assert!(!shown.is_empty(), "{agents:?} {svg}");

    desk.press(KeyCode::Esc).await;
    desk.types("z").await;
    desk.until("privacy on").await;
    desk.types(":picture").await;
    desk.press(KeyCode::Enter).await;
    desk.until("exported: ").await;
    let both = pictures(&folder);
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(fs::read_to_string(first).unwrap(), svg);
    let masked = both.iter().find(|path| *path != first).unwrap();
    let masked = fs::read_to_string(masked).unwrap();
    for name in shown {
        assert!(!masked.contains(name.as_str()), "{name} is in {masked}");
    }
    desk.leave().await;
}
