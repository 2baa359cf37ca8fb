//! Opens an address in the person's browser: one fixed command for each system, and the only place that starts one. The address is the
//! sign-in page's or the vendor's page about a chat, made here; the command is told nothing else of ours.

use std::io;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

/// What opens an address, and what stands before it.
#[cfg(target_os = "macos")]
const OPENER: (&str, &[&str]) = ("open", &[]);
#[cfg(windows)]
const OPENER: (&str, &[&str]) = ("rundll32", &["url.dll,FileProtocolHandler"]);
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: (&str, &[&str]) = ("xdg-open", &[]);

/// The variable by which somebody wants none.
const UNWANTED: &str = "UNSTICK_NO_BROWSER";

/// Whether the environment says that none is to be opened.
pub(super) fn is_unwanted() -> bool {
    std::env::var_os(UNWANTED).is_some_and(|said| !said.is_empty() && said != "0")
}

/// What is to be opened, and who waits to hear how that went.
type Asked = (String, oneshot::Sender<io::Result<()>>);

/// Opens addresses while a console is open. A browser has the priority of the thread that starts it, and the threads behind a console stand
/// behind everything else for good: this one does not.
#[derive(Debug, Clone)]
pub(super) struct Opener(mpsc::Sender<Asked>);

impl Opener {
    /// Begun by the thread of the loop.
    pub(super) fn begin() -> io::Result<Self> {
        let (wishes, wanted) = mpsc::channel::<Asked>();
        let thread = thread::Builder::new().name("browser".to_owned());
        thread.spawn(move || {
            for (url, told) in wanted {
                // Nobody may wait any more.
                let _ = told.send(open(&url));
            }
        })?;
        Ok(Self(wishes))
    }

    /// Opens it, and does not wait for the browser.
    pub(super) async fn open(&self, url: &str) -> io::Result<()> {
        let (told, answer) = oneshot::channel();
        let gone = || io::Error::other("nobody is there to open it");
        self.0.send((url.to_owned(), told)).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// Opens it, and does not wait for the browser.
pub(super) fn open(url: &str) -> io::Result<()> {
    if is_unwanted() {
        return Err(io::Error::other(format!("{UNWANTED} is set")));
    }
    if is_remote() || !has_display() {
        return Err(io::Error::other("there is no display"));
    }
    let (program, before) = OPENER;
    let mut child = Command::new(program)
        .args(before)
        .arg(url)
        // It needs no secret of ours.
        .env_remove("UNSTICK_CLIENT_SECRET")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    thread::spawn(move || child.wait());
    Ok(())
}

/// Over SSH a browser would open where nobody sits, or on a display that is forwarded at a crawl.
fn is_remote() -> bool {
    ["SSH_CONNECTION", "SSH_TTY"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Without one, what `xdg-open` finds then would take the terminal over.
#[cfg(not(any(target_os = "macos", windows)))]
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(any(target_os = "macos", windows))]
fn has_display() -> bool {
    true
}
