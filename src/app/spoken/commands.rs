//! What can be typed where the console is spoken, as one table. What a command does that a key does too is said in the words of the one
//! table of keys.

use crate::app::action::{Action, Mode, in_mode};
use crate::domain::filter::nearest;

/// Where a command is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The list of chats.
    List,
    /// One chat.
    Chat,
    /// A plan.
    Plan,
    /// A run under way, and its report.
    Run,
    /// Everywhere.
    Any,
}

impl Place {
    /// Every place, in the order of the help.
    pub const ALL: [Self; 5] = [Self::List, Self::Chat, Self::Plan, Self::Run, Self::Any];

    /// Its heading.
    pub fn words(self) -> &'static str {
        match self {
            Self::List => "The list",
            Self::Chat => "One chat",
            Self::Plan => "The plan",
            Self::Run => "Runs and reports",
            Self::Any => "Anywhere",
        }
    }
}

/// What it does, in words.
#[derive(Debug, Clone, Copy)]
enum Means {
    /// What a key does.
    As(Mode, Action),
    /// The same, where the words of the key are about keys.
    Like(Mode, Action, &'static str),
    /// What no key does.
    Own(&'static str),
}

/// A row of the table.
#[derive(Debug)]
pub struct Command {
    /// What is typed.
    pub word: &'static str,
    /// What is typed behind it.
    pub takes: &'static str,
    /// What it is for the program.
    pub verb: Verb,
    /// Where it is of use.
    pub place: Place,
    means: Means,
}

impl Command {
    /// What it does: in the words of the key that does the same, where there is one.
    pub fn words(&self) -> &'static str {
        match self.means {
            Means::Own(words) | Means::Like(_, _, words) => words,
            Means::As(mode, action) => in_mode(mode)
                .find(|row| row.action == action)
                .map_or("", |row| row.words),
        }
    }

    /// The key that does the same.
    fn key(&self) -> Option<(Mode, Action)> {
        match self.means {
            Means::As(mode, action) | Means::Like(mode, action, _) => Some((mode, action)),
            Means::Own(_) => None,
        }
    }
}

macro_rules! commands {
    ($($place:ident $verb:ident $word:literal $takes:literal $means:expr;)*) => {
        /// A command, for the program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each row of the table says in words what it does")]
        pub enum Verb {
            $($verb,)*
        }

        /// Every command.
        pub const COMMANDS: &[Command] = &[$(Command {
            word: $word,
            takes: $takes,
            verb: Verb::$verb,
            place: Place::$place,
            means: $means,
        },)*];
    };
}

const fn key(mode: Mode, action: Action) -> Means {
    Means::As(mode, action)
}

const fn like(mode: Mode, action: Action, words: &'static str) -> Means {
    Means::Like(mode, action, words)
}

const fn own(words: &'static str) -> Means {
    Means::Own(words)
}

commands! {
    List List "list" "" own("read the list out, from its first row");
    List More "more" "" own("read on: the next rows");
    List Filter "filter" "TEXT" own("show what fits; \"filter none\" shows all, \"filter\" alone says which is in force");
    List Views "views" "" own("views with their counts");
    List View "view" "N or NAME" own("open a view");
    List Sort "sort" "NAME" like(Mode::Chats, Action::Sort, "sort the list by this: age, severity, queue and others");
    List Reverse "reverse" "" key(Mode::Chats, Action::Reverse);
    List Mark "mark" "1-3,5" own("mark these rows; \"mark all\" marks every row that has a number");
    List Unmark "unmark" "1-3,5" own("take these marks away; alone: all marks");
    List Marks "marks" "" own("which chats are marked");
    List Explain "explain" "N" like(Mode::Chats, Action::Explain, "which clauses of the filter this chat fits, and which hide it");
    List Plan "plan" "" key(Mode::Chats, Action::Plan);
    Chat Show "show" "N" own("one chat: who is there, why it is open, what happened");
    Chat Why "why" "N" own("why it is open, and what that rests on");
    Chat Transcript "transcript" "N" key(Mode::Inspect, Action::Transcript);
    Chat Unmask "unmask" "" own("say the words that the transcript masks, or mask them again");
    Chat Earlier "earlier" "" key(Mode::Inspect, Action::More);
    Chat Link "link" "N" own("the address of the vendor's page");
    Chat Packet "packet" "N" key(Mode::Inspect, Action::Packet);
    Plan Drop "drop" "N" key(Mode::Plan, Action::Drop);
    Plan Rung "rung" "" key(Mode::Plan, Action::Rung);
    Plan Note "note" "TEXT" key(Mode::Plan, Action::Note);
    Plan WrapUp "wrap-up" "NAME" key(Mode::Plan, Action::WrapUp);
    Plan Recipe "recipe" "NAME" key(Mode::Plan, Action::Recipe);
    Plan DryRun "dry-run" "" key(Mode::Plan, Action::DryRun);
    Plan Reread "reread" "" key(Mode::Plan, Action::Reread);
    Plan Terminate "terminate" "" own("asks for the phrase; nothing is sent before it");
    Run Status "status" "" own("how the list stands, or how far the run is");
    Run Stop "stop" "" key(Mode::Board, Action::StopRun);
    Run Pause "pause" "" own("pause the run, or else the list; again: go on");
    Run Report "report" "" own("the report of the newest run, or of the one that is open");
    Run Requests "requests" "N" key(Mode::Report, Action::Open);
    Run Again "again" "" key(Mode::Report, Action::PlanAgain);
    Run Runs "runs" "" key(Mode::Chats, Action::Runs);
    Run Run "run" "NUMBER" own("the report of a past run");
    Run Resume "resume" "NUMBER" like(Mode::Runs, Action::Resume, "take up a run that was cut short, by its phrase; without a number the newest");
    Any Privacy "privacy" "on or off" key(Mode::Chats, Action::Privacy);
    Any Refresh "refresh" "" key(Mode::Chats, Action::Refresh);
    Any Pulse "pulse" "" key(Mode::Chats, Action::Pulse);
    Any Rules "rules" "" key(Mode::Chats, Action::Rules);
    Any Log "log" "failed" like(Mode::Chats, Action::Requests, "the newest requests of this console; \"log failed\": those that failed");
    Any Profiles "profiles" "NAME" like(Mode::Chats, Action::Profiles, "which profiles there are; with a name: what there is to say of one");
    Any Messages "messages" "" key(Mode::Chats, Action::Messages);
    Any Back "back" "" own("one step back");
    Any Help "help" "WORD" own("what can be typed; with a word: what that does");
    Any Quit "quit" "" key(Mode::Chats, Action::Quit);
}

/// Other words for the same, as people are used to.
const ALSO: [(&str, &str); 5] = [
    ("q", "quit"),
    ("exit", "quit"),
    ("?", "help"),
    ("ls", "list"),
    ("inspect", "show"),
];

/// What else words name an action by that is typed here by another command.
const STANDS_FOR: [((Mode, Action), &str); 7] = [
    ((Mode::Chats, Action::Filter), "filter"),
    ((Mode::Chats, Action::ToBoard), "report"),
    ((Mode::Chats, Action::Pause), "pause"),
    ((Mode::Board, Action::PauseRun), "pause"),
    ((Mode::Plan, Action::Terminate), "terminate"),
    ((Mode::Inspect, Action::Refresh), "refresh"),
    ((Mode::Inspect, Action::Unmask), "unmask"),
];

/// The command of a word.
pub(super) fn find(word: &str) -> Option<&'static Command> {
    let also = ALSO.iter().find(|(other, _)| *other == word);
    let word = also.map_or(word, |(_, same)| *same);
    COMMANDS.iter().find(|command| command.word == word)
}

/// The command that is meant by a word that is none.
pub(super) fn near(word: &str) -> &'static str {
    nearest(word, COMMANDS.iter().map(|command| command.word)).unwrap_or("help")
}

/// What words on the screen call an action by, where it is typed; where there is no such command, where else it is.
pub(crate) fn name(mode: Mode, action: Action) -> String {
    let own = COMMANDS
        .iter()
        .find(|command| command.key() == Some((mode, action)))
        .or_else(|| {
            COMMANDS
                .iter()
                .find(|command| command.key().is_some_and(|(_, same)| same == action))
        });
    let stands = STANDS_FOR.iter().find(|(key, _)| *key == (mode, action));
    let word = stands
        .map(|(_, word)| *word)
        .or_else(|| own.map(|command| command.word));
    if let Some(word) = word {
        return format!("\"{word}\"");
    }
    let row = in_mode(mode).find(|row| row.action == action);
    format!("the full screen ({})", row.map_or("that", |row| row.id))
}

/// The help: of everything, or of one command.
pub(super) fn help(about: &str) -> Vec<String> {
    if let Some(command) = find(about) {
        return vec![line(command)];
    }
    let mut lines = Vec::new();
    if !about.is_empty() {
        lines.push(format!(
            "There is no command {about}. Did you mean \"{}\"?",
            near(about)
        ));
        return lines;
    }
    for place in Place::ALL {
        lines.push(format!("{}:", place.words()));
        let here = COMMANDS.iter().filter(|command| command.place == place);
        lines.extend(here.map(line));
    }
    lines.push(
        "N is the number before a row that was read out last, or the beginning of an id. Ctrl-C stops a run, or else quits."
            .to_owned(),
    );
    lines
}

fn line(command: &Command) -> String {
    let takes = if command.takes.is_empty() {
        String::new()
    } else {
        format!(" {}", command.takes)
    };
    format!("{}{takes}: {}.", command.word, command.words())
}
