//! What the terminal reports, in the console's words. Knows which reports count and none of what they do.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{
    self, Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use tokio::sync::mpsc;

use super::rest::Rest;
use crate::app::mouse::{Mouse, Stroke};
use crate::app::{Key, KeyCode, Msg};

/// Reports waiting to be folded. A paste of many lines is one report.
const WAITING: usize = 256;

/// Keys that come closer together than this were not typed by a person.
const QUICK: Duration = Duration::from_millis(5);

/// Reads the terminal for as long as the program lives. The terminal must be in raw mode.
///
/// On a thread of its own: where the terminal goes away, crossterm's reader never returns (crossterm issue 793), and must not take one
/// of the runtime's threads with it. The console notices by other means, and the end of the program ends this thread.
pub(super) fn keyboard(rest: Arc<Rest>) -> io::Result<mpsc::Receiver<Msg>> {
    crate::crash::fail_if_told("keyboard")?;
    let (reports, input) = mpsc::channel(WAITING);
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            // An error means that the terminal is gone: the channel closes, and that is the message.
            let mut before: Option<Instant> = None;
            loop {
                rest.here();
                let Ok(report) = event::read() else { return };
                crate::crash::panic_if_told("keyboard");
                let is_quick = before.is_some_and(|then| then.elapsed() < QUICK);
                before = Some(Instant::now());
                if let Some(msg) = message(report, is_quick)
                    && reports.blocking_send(msg).is_err()
                {
                    return;
                }
            }
        })?;
    Ok(input)
}

/// The message of a report, which came close after the one before or not. Some terminals report releases as well: they count for
/// nothing.
pub(super) fn message(event: Event, is_quick: bool) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(Key {
            is_quick,
            ..translate(key)
        })),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        Event::FocusGained => Some(Msg::Focus(true)),
        Event::FocusLost => Some(Msg::Focus(false)),
        Event::Mouse(mouse) => stroke(mouse),
        Event::Key(_) => None,
    }
}

/// What counts of the mouse: two buttons that go down, and the wheel. What it is on, the shell looks up.
fn stroke(mouse: MouseEvent) -> Option<Msg> {
    let what = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Stroke::Press,
        MouseEventKind::Down(MouseButton::Right) => Stroke::Menu,
        MouseEventKind::ScrollUp => Stroke::Up,
        MouseEventKind::ScrollDown => Stroke::Down,
        _ => return None,
    };
    Some(Msg::Mouse(Mouse {
        what,
        x: mouse.column,
        y: mouse.row,
        on: None,
    }))
}

fn translate(key: KeyEvent) -> Key {
    use crossterm::event::KeyCode as Reported;
    let code = match key.code {
        Reported::Char(character) => KeyCode::Char(character),
        Reported::Enter => KeyCode::Enter,
        Reported::Esc => KeyCode::Esc,
        Reported::Tab => KeyCode::Tab,
        Reported::BackTab => KeyCode::BackTab,
        Reported::Backspace => KeyCode::Backspace,
        Reported::Delete => KeyCode::Delete,
        Reported::Up => KeyCode::Up,
        Reported::Down => KeyCode::Down,
        Reported::Left => KeyCode::Left,
        Reported::Right => KeyCode::Right,
        Reported::Home => KeyCode::Home,
        Reported::End => KeyCode::End,
        Reported::PageUp => KeyCode::PageUp,
        Reported::PageDown => KeyCode::PageDown,
        Reported::F(number) => KeyCode::F(number),
        _ => KeyCode::Other,
    };
    Key {
        code,
        ctrl: key.modifiers.contains(KeyModifiers::CONTROL),
        // What the kitty protocol tells beside Alt is no plain letter either.
        alt: key.modifiers.intersects(
            KeyModifiers::ALT
                .union(KeyModifiers::SUPER)
                .union(KeyModifiers::HYPER)
                .union(KeyModifiers::META),
        ),
        is_repeat: key.kind == KeyEventKind::Repeat,
        is_quick: false,
    }
}

#[cfg(test)]
mod tests;
