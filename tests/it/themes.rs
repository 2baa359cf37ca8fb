//! What people with every kind of colour vision can read and tell apart, computed for every theme that ships.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use palette::color_difference::{Ciede2000, Wcag21RelativeContrast};
use palette::{FromColor, Lab, LinSrgb, Srgb};
use ratatui::style::{Color, Modifier};
use unstick::app::tone::Tone;
use unstick::ui::Theme;

use crate::support::Home;
use crate::support::pty::Pty;

/// How a colour reaches an eye: linear RGB times a matrix. Machado, Oliveira, Fernandes 2009, severity 1.0.
type Eye = [[f64; 3]; 3];

const EYES: [(&str, Eye); 4] = [
    ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deutan",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritan",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// Roles that differ in colour, and must be told apart.
const ROLES: [(&str, Tone); 3] = [
    ("good", Tone::Good),
    ("warn", Tone::Warn),
    ("bad", Tone::Bad),
];

/// What terminals mean by the colours that `auto` leaves to them: background, light blue, yellow, red. From their sources and manuals.
const TERMINALS: [(&str, [u32; 4]); 6] = [
    ("xterm, black", [0x00_0000, 0x5c_5cff, 0xcd_cd00, 0xcd_0000]),
    ("VGA console", [0x00_0000, 0x55_55ff, 0xaa_5500, 0xaa_0000]),
    (
        "Windows Terminal",
        [0x0c_0c0c, 0x3b_78ff, 0xc1_9c00, 0xc5_0f1f],
    ),
    ("GNOME, dark", [0x1e_1e1e, 0x2a_7bde, 0xa2_734c, 0xc0_1c28]),
    ("GNOME, light", [0xff_ffff, 0x2a_7bde, 0xa2_734c, 0xc0_1c28]),
    (
        "Solarized Light",
        [0xfd_f6e3, 0x83_9496, 0xb5_8900, 0xdc_322f],
    ),
];

fn seen(colour: Srgb<f64>, eye: Eye) -> Srgb<f64> {
    let light: LinSrgb<f64> = colour.into_linear();
    let [red, green, blue] = eye.map(|row| {
        let sum = row[0] * light.red + row[1] * light.green + row[2] * light.blue;
        sum.clamp(0.0, 1.0)
    });
    Srgb::from_linear(LinSrgb::new(red, green, blue))
}

fn difference(one: Srgb<f64>, other: Srgb<f64>, eye: Eye) -> f64 {
    let lab = |colour| Lab::from_color(seen(colour, eye));
    let (one, other): (Lab<palette::white_point::D65, f64>, Lab<_, f64>) = (lab(one), lab(other));
    one.difference(other)
}

fn contrast(one: Srgb<f64>, other: Srgb<f64>) -> f64 {
    one.relative_contrast(other)
}

fn rgb(number: u32) -> Srgb<f64> {
    Srgb::from(number).into_format()
}

/// What the figures of a set of colours are: the least contrast on the ground, and the least difference between two for any eye.
fn figures(ground: Srgb<f64>, colours: [Srgb<f64>; 3]) -> (f64, f64, &'static str) {
    let least = colours
        .iter()
        .map(|colour| contrast(*colour, ground))
        .fold(f64::INFINITY, f64::min);
    let mut closest = (f64::INFINITY, "");
    for (name, eye) in EYES {
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let apart = difference(colours[one], colours[other], eye);
            if apart < closest.0 {
                closest = (apart, name);
            }
        }
    }
    (least, closest.0, closest.1)
}

fn shipped(name: &str) -> (String, Theme) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/themes/{name}.toml"));
    let text = fs::read_to_string(file).unwrap();
    let theme = Theme::read(&text).unwrap();
    assert_eq!(Some(theme), Theme::shipped(name));
    (text, theme)
}

fn exact(colour: Color) -> Srgb<f64> {
    let Color::Rgb(red, green, blue) = colour else {
        panic!("{colour:?} is whatever the terminal makes of it");
    };
    Srgb::new(red, green, blue).into_format()
}

#[test]
fn every_theme_can_be_read_on_its_ground_and_its_roles_told_apart_with_any_colour_vision() {
    let mut page = String::new();
    for name in Theme::names() {
        let (text, theme) = shipped(name);
        let colours = ROLES.map(|(_, tone)| theme.style(tone).fg);
        match (Theme::ground(&text), colours) {
            (Some(ground), [Some(good), Some(warn), Some(bad)]) => {
                let (least, apart, eye) = figures(exact(ground), [good, warn, bad].map(exact));
                writeln!(
                    page,
                    "{name}: contrast {least:.1}, colours {apart:.0} apart ({eye})"
                )
                .unwrap();
                assert!(least >= 4.5, "{page}");
                // Two patches that differ by 10 are told apart at a glance.
                assert!(apart >= 15.0, "{page}");
            }
            (None, [Some(good), Some(warn), Some(bad)]) => {
                assert_eq!(
                    [good, warn, bad],
                    [Color::LightBlue, Color::Yellow, Color::Red],
                    "{name}: the table of terminals is of other colours"
                );
                for (terminal, [ground, good, warn, bad]) in TERMINALS {
                    let (least, apart, eye) = figures(rgb(ground), [good, warn, bad].map(rgb));
                    // The palette is the user's: what is promised is that good is never taken for bad. Warn and bad differ by bold besides.
                    for (kind, sight) in EYES {
                        let apart = difference(rgb(good), rgb(bad), sight);
                        assert!(apart >= 20.0, "{terminal} {kind}: {apart:.0}");
                    }
                    writeln!(
                        page,
                        "{name} in {terminal}: contrast {least:.1}, colours {apart:.0} apart ({eye})"
                    )
                    .unwrap();
                }
            }
            (_, [None, None, None]) => {
                writeln!(page, "{name}: the terminal's own foreground").unwrap();
            }
            mixed => panic!("{name}: {mixed:?}"),
        }
    }
    println!("{page}");
}

#[test]
fn what_colours_say_modifiers_say_too() {
    for name in Theme::names() {
        let (_, theme) = shipped(name);
        let bad = theme.style(Tone::Bad).add_modifier;
        assert!(bad.contains(Modifier::BOLD), "{name}");
        assert!(
            theme
                .style(Tone::Badge)
                .add_modifier
                .contains(Modifier::REVERSED),
            "{name}"
        );
    }
}

/// Folders with a theme of the operator's own in force.
fn with_theme(name: &str, text: &str) -> Home {
    let home = Home::new();
    home.write("home/config/themes/mine.toml", text);
    home.write(
        "home/config/config.toml",
        &format!("[ui]\ntheme = \"{name}\"\n"),
    );
    home
}

#[test]
fn an_operators_own_theme_paints_the_console() {
    let home = with_theme("mine", "[roles]\nbad = \"#010203 bold\"\n");
    home.run(&["config", "check"]).expect(0);
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for("a stuck row in the theme's colour", |screen| {
        let (rows, columns) = screen.size();
        (0..rows.get()).any(|row| {
            (0..columns.get()).any(|column| {
                screen
                    .cell(row, column)
                    .is_some_and(|cell| cell.fgcolor() == vt100::Color::Rgb(1, 2, 3))
            })
        })
    });
}

#[test]
fn a_theme_that_cannot_be_read_is_named_by_every_command_that_meets_it() {
    let home = with_theme("mine", "[roles]\nbad = \"redd\"\n");
    let place = "themes/mine.toml:2:7: `redd` is neither a colour";
    let checked = home.run(&["config", "check"]).expect(2);
    assert!(checked.stdout.contains(place), "{checked:?}");
    let doctor = home.run(&["doctor", "--json", "--sandbox=quiet"]).expect(2);
    assert!(doctor.stdout.contains(place), "{doctor:?}");
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("is neither a colour");
    assert_eq!(pty.ended().exit_code(), 2);
    pty.is_as_found();
}

#[test]
fn a_theme_that_is_not_there_is_answered_with_the_nearest_and_where_ones_own_belongs() {
    let home = with_theme("../config/themes/mine", "[roles]\n");
    let checked = home.run(&["config", "check"]).expect(2);
    let said = checked.stdout;
    assert!(
        said.contains("there is no theme `../config/themes/mine`"),
        "{said}"
    );
    assert!(said.contains("themes/NAME.toml"), "{said}");
    let home = with_theme("mime", "[roles]\n");
    let checked = home.run(&["config", "check"]).expect(2);
    assert!(
        checked.stdout.contains("Did you mean `mine`?"),
        "{checked:?}"
    );
}
