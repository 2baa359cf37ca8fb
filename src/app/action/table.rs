//! The table itself: a row for everything that a key can do, and where.

use super::{Action, Mode};
use crate::app::msg::{Key, KeyCode};

/// A row of the table.
#[derive(Debug)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Its name for configuration.
    pub id: &'static str,
    /// What it does, in words for the help.
    pub words: &'static str,
    /// The short form for the hints row; empty ones are left out there.
    pub hint: &'static str,
    /// Its keys, the first of which is shown in hints.
    pub keys: &'static [Key],
    /// Where it applies.
    pub modes: &'static [Mode],
    /// The heading in the help.
    pub group: Group,
}

/// A heading of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving about.
    Move,
    /// Marking.
    Select,
    /// Looking.
    Look,
    /// Acting.
    Act,
}

const fn c(character: char) -> Key {
    Key::char(character)
}

const fn k(code: KeyCode) -> Key {
    Key::plain(code)
}

const ESC: Key = k(KeyCode::Esc);
const ENTER: Key = k(KeyCode::Enter);

macro_rules! table {
    ($($group:ident $action:ident, $id:literal, $words:literal, $hint:literal, [$($key:expr),*], [$($mode:ident),*];)*) => {
        /// The table. Its order is the order of hints and help.
        pub const TABLE: &[Binding] = &[$(Binding {
            action: Action::$action,
            id: $id,
            words: $words,
            hint: $hint,
            keys: &[$($key),*],
            modes: &[$(Mode::$mode),*],
            group: Group::$group,
        },)*];
    };
}

table! {
    Act Accept, "accept", "start once the phrase is complete", "type the phrase, then press it", [ENTER], [Confirm];
    Act Accept, "accept", "apply", "apply", [ENTER], [Filter];
    Act Accept, "accept", "search", "search", [ENTER], [Find];
    Act Accept, "accept", "keep the note", "keep", [ENTER], [Note];
    Act Accept, "accept", "do it", "do it", [ENTER], [Palette];
    Act Accept, "accept", "sort by it", "sort by it", [ENTER], [Sort];
    Act Accept, "accept", "plan with it", "plan with it", [ENTER], [Codes, Recipe];
    Act Accept, "accept", "keep the filter", "keep", [ENTER], [Narrow];
    Act Accept, "accept", "keep them", "keep", [ENTER], [Columns];
    Act Accept, "accept", "show it", "show it", [ENTER], [Attribute];
    Act Accept, "accept", "save, or rename", "save", [ENTER], [ViewName];
    Look ShowColumn, "show-column", "show the column, or hide it", "show", [c(' ')], [Columns];
    Look ColumnDown, "column-down", "one place further back", "move", [c('J')], [Columns];
    Look ColumnUp, "column-up", "one place further to the front", "", [c('K')], [Columns];
    Look Sort, "sort", "sort by it; again: the other way round", "sort", [c('s')], [Columns];
    Look UsualColumns, "usual-columns", "the usual columns, by the room", "usual", [c('u')], [Columns];
    Move Up, "up", "an earlier filter", "history", [k(KeyCode::Up), Key::ctrl('p')], [Filter];
    Move Down, "down", "a later filter", "", [k(KeyCode::Down), Key::ctrl('n')], [Filter];
    Move Complete, "complete", "complete the word", "complete", [k(KeyCode::Tab)], [Filter];
    Move Complete, "complete", "put its name in", "complete", [k(KeyCode::Tab)], [Palette];
    Move Down, "down", "next line", "", [k(KeyCode::Down), Key::ctrl('n')], [Palette, Help, Explain, Codes];
    Move Up, "up", "previous line", "", [k(KeyCode::Up), Key::ctrl('p')], [Palette, Help, Explain, Codes];
    Move PageDown, "page-down", "a page down", "", [k(KeyCode::PageDown)], [Palette, Help, Explain, Codes];
    Move PageUp, "page-up", "a page up", "", [k(KeyCode::PageUp)], [Palette, Help, Explain, Codes];
    Act StopAndQuit, "stop-and-quit", "stop, let the chats in flight settle, then quit", "stop, then quit", [c('s')], [Quit];
    Act WaitAndQuit, "wait-and-quit", "keep it in view until it has settled, then quit", "wait, then quit", [c('w')], [Quit];
    Look Open, "open", "inspect", "inspect", [ENTER], [Chats, Plan];
    Look Open, "open", "fold, or open, what the cursor is on (JSON)", "", [ENTER], [Inspect];
    Look NextTab, "next-tab", "next page", "page", [k(KeyCode::Tab)], [Inspect];
    Look PreviousTab, "previous-tab", "previous page", "", [k(KeyCode::BackTab)], [Inspect];
    Look Find, "find", "search this page", "search", [c('/')], [Inspect];
    Look NextHit, "next-hit", "next match", "next", [c('n')], [Inspect];
    Look PreviousHit, "previous-hit", "previous match", "", [c('N')], [Inspect];
    Look Unmask, "unmask", "show what is masked here, or mask it", "unmask", [c('u')], [Inspect];
    Look More, "more", "fetch earlier messages", "more", [c('m')], [Inspect];
    Look Fold, "fold", "fold (JSON)", "fold", [c('h'), k(KeyCode::Left)], [Inspect];
    Look Unfold, "unfold", "open (JSON)", "open", [c('l'), k(KeyCode::Right)], [Inspect];
    Look FoldAll, "fold-all", "fold all (JSON); also zM", "", [c('-')], [Inspect];
    Look UnfoldAll, "unfold-all", "open all (JSON); also zR", "", [c('+'), c('=')], [Inspect];
    Look CopyValue, "copy-value", "copy what the cursor is on", "copy it", [c('Y')], [Inspect];
    Look Open, "open", "requests of this chat", "requests", [ENTER], [Board, Report];
    Look Open, "open", "open the report", "report", [ENTER], [Runs];
    Select Mark, "mark", "mark and move down", "mark", [c(' ')], [Chats];
    Act Drop, "drop", "drop the row from the plan", "drop", [c(' ')], [Plan];
    Select Range, "range", "range: move, then mark", "range", [c('v')], [Chats];
    Select MarkAll, "mark-all", "mark all shown", "all", [c('*')], [Chats];
    Look FailedOnly, "failed-only", "only what needs an eye", "failed only", [c('f')], [Board];
    Look Filter, "filter", "filter", "filter", [c('/')], [Chats];
    Act Plan, "plan", "plan to end them; sends nothing", "plan", [c('x')], [Chats, Inspect];
    Look Sort, "sort", "sort by", "sort", [c('s')], [Chats];
    Look Columns, "columns", "columns and sort", "columns", [c('C')], [Chats];
    Select Invert, "invert", "invert marks of all shown", "invert", [c('!')], [Chats];
    Select Unmark, "unmark", "clear all marks", "clear", [c('U')], [Chats];
    Select OnlyMarked, "only-marked", "only marked, or all", "only marked", [c('m')], [Chats];
    Look Reverse, "reverse", "reverse the order", "reverse", [c('S')], [Chats];
    Act Rung, "rung", "next rung: legs, close", "rung", [c('s')], [Plan];
    Look View1, "view-1", "view: all", "", [c('1')], [Chats, Pulse];
    Look View2, "view-2", "view: stuck", "", [c('2')], [Chats, Pulse];
    Look View3, "view-3", "view: stale", "", [c('3')], [Chats, Pulse];
    Look View4, "view-4", "view of your own", "", [c('4')], [Chats, Pulse];
    Look View5, "view-5", "view of your own", "", [c('5')], [Chats, Pulse];
    Look View6, "view-6", "view of your own", "", [c('6')], [Chats, Pulse];
    Look View7, "view-7", "view of your own", "", [c('7')], [Chats, Pulse];
    Look View8, "view-8", "view of your own", "", [c('8')], [Chats, Pulse];
    Look View9, "view-9", "view of your own", "", [c('9')], [Chats, Pulse];
    Look SaveView, "save-view", "save this as a view", "", [c('V')], [Chats];
    Look RenameView, "rename-view", "rename the open view", "", [], [Chats];
    Look RemoveView, "remove-view", "remove the open view", "", [], [Chats];
    Act WrapUp, "wrap-up", "choose the wrap-up code", "wrap-up", [c('w')], [Plan];
    Act Note, "note", "write down why", "note", [c('n')], [Plan];
    Act Recipe, "recipe", "choose the recipe, on a sandbox", "recipe", [c('R')], [Plan];
    Act DryRun, "dry-run", "dry run: sends only reads", "dry run", [c('D')], [Plan];
    Act Reread, "reread", "read the chats again", "read", [c('r')], [Plan];
    Act Terminate, "terminate", "opens the box for the phrase", "terminate", [c('T')], [Plan];
    Act PauseRun, "pause-run", "pause the run, or go on", "pause", [c('p')], [Board];
    Act StopRun, "stop-run", "start nothing new", "stop", [ESC, c('c')], [Board];
    Look ToList, "to-list", "back to the list; the run goes on", "list (run goes on)", [c('b')], [Board];
    Act PlanAgain, "plan-again", "plan again for what was not ended", "plan again", [c('r')], [Report];
    Act Resume, "resume", "resume a run; needs its phrase", "resume", [c('R')], [Runs, Chats];
    Look ToBoard, "to-board", "the run, or its report", "", [c('b')], [Chats];
    Look Runs, "runs", "past runs", "runs", [c('H')], [Chats];
    Look Rules, "rules", "rules, guards and kinds", "", [c('W')], [Chats, Requests, Pulse, Profiles, Welcome, Recipes];
    Look Requests, "requests", "request log", "", [c('L')], [Chats, Inspect, Board, Report, Rules, Pulse, Profiles, Welcome, Recipes];
    Look Pulse, "pulse", "the organisation at a glance", "", [c('P')], [Chats, Rules, Requests, Profiles, Welcome, Recipes];
    Look Profiles, "profiles", "profiles", "", [c('O')], [Chats, Rules, Requests, Pulse, Recipes];
    Look Recipes, "recipes", "what forums propose: each recipe, and what it does", "", [c('F')], [Chats, Rules, Pulse, Profiles, Welcome];
    Look Welcome, "welcome", "what to do first", "", [], [Chats];
    Look Open, "open", "show what it catches: sets the list's filter", "show matches", [ENTER], [Rules, Pulse];
    Act Open, "open", "switch to it: drops marks, closes plans", "switch", [ENTER], [Profiles];
    Act Narrow, "narrow", "read-only until the program is started again", "read-only", [c('R')], [Profiles];
    Look TrySignIn, "try-sign-in", "test its sign-in; only reads", "test sign-in", [c('t')], [Profiles];
    Look Copy, "copy", "copy the command that opens it", "copy the command", [c('y')], [Profiles];
    Look Open, "open", "do it, or how to do it", "open", [ENTER], [Welcome];
    Look Copy, "copy", "copy its command", "copy the command", [c('y')], [Welcome];
    Look View1, "view-1", "try the sandbox", "", [c('1')], [Welcome];
    Look View2, "view-2", "connect an organisation", "", [c('2')], [Welcome];
    Look View3, "view-3", "check this terminal", "", [c('3')], [Welcome];
    Look Open, "open", "this request, whole", "detail", [ENTER], [Requests];
    Look Filter, "filter", "filter: words that a line must have, -word for not", "filter", [c('/')], [Requests, Runs];
    Look FailedOnly, "failed-only", "only those that failed, or all", "failed only", [c('f')], [Requests];
    Look Follow, "follow", "follow what is new, or stay", "follow", [c('F')], [Requests];
    Look Copy, "copy", "copy its correlation id", "copy id", [c('y')], [Requests];
    Look Copy, "copy", "copy this run", "copy", [c('y')], [Runs];
    Look Copy, "copy", "copy this page", "", [c('y')], [Sheet];
    Act Compare, "compare", "compare them, on a sandbox of its own", "compare", [c('c')], [Recipes];
    Look Open, "open", "this recipe, whole", "show it", [ENTER], [Recipes];
    Look NextTab, "next-tab", "from what they are to what they did, and back", "what they did", [k(KeyCode::Tab)], [Recipes];
    Look Copy, "copy", "copy the comparison", "copy", [c('y')], [Recipes];
    Look NextTab, "next-tab", "from kinds to queues or agents, and back", "kinds, queues", [k(KeyCode::Tab)], [Pulse];
    Look GroupBy, "group-by", "queues or agents beside the kinds", "group by", [c('g')], [Pulse];
    Look Pause, "pause", "pause updates, or go on", "pause", [c('p')], [Chats, Pulse];
    Look Refresh, "refresh", "refresh now, sort again", "", [c('r')], [Chats, Inspect];
    Look Copy, "copy", "copy menu: id, link, summary", "copy", [c('y')], [Inspect];
    Look Copy, "copy", "copy menu: id, link, summary", "", [c('y')], [Chats];
    Look CopyId, "copy-id", "id", "", [c('i')], [Copy];
    Look CopyLink, "copy-link", "link to the vendor's page", "", [c('l')], [Copy];
    Look CopySummary, "copy-summary", "summary for a ticket", "", [c('s')], [Copy];
    Look CopyRow, "copy-row", "row, tab-separated", "", [c('r')], [Copy];
    Look CopyJson, "copy-json", "JSON", "", [c('j')], [Copy];
    Look CopyMarked, "copy-marked", "ids of marked chats", "", [c('m')], [Copy];
    Look CopyCommand, "copy-command", "headless command", "", [c('c')], [Copy];
    Look Export, "export", "export the marked, or all", "", [c('E')], [Chats];
    Look Export, "export", "export it into a file", "export", [c('E')], [Plan, Report, Runs, Requests, Trace];
    Look ExportCsv, "export-csv", "CSV", "", [c('c')], [Export];
    Look ExportJson, "export-json", "JSON", "", [c('j')], [Export];
    Look ExportMarkdown, "export-markdown", "Markdown", "", [c('m')], [Export];
    Look ExportHar, "export-har", "HAR", "", [c('h')], [Export];
    Look ExportText, "export-text", "text", "", [c('t')], [Export];
    Look ExportPicture, "export-picture", "SVG, a picture of this screen", "", [c('p')], [Export];
    Look ExportNames, "export-names", "names of people, or their initials", "", [c('n')], [Export];
    Look OpenPage, "open-page", "open the vendor's page", "open page", [c('o')], [Inspect];
    Look OpenPage, "open-page", "open the vendor's page", "", [c('o')], [Chats];
    Look Packet, "packet", "support packet: one file, masked", "packet", [c('E')], [Inspect];
    Look Pager, "pager", "this page in your $PAGER", "pager", [c('e')], [Inspect, Trace];
    Look Pager, "pager", "this page in your $PAGER", "", [c('e')], [Report, Messages, Requests];
    Look Wrap, "wrap", "wrap long lines, or cut them", "", [c('w')], [Inspect];
    Look Tab1, "tab-1", "overview", "", [c('1')], [Inspect];
    Look Tab2, "tab-2", "what was said", "", [c('2')], [Inspect];
    Look Tab3, "tab-3", "JSON as answered", "", [c('3')], [Inspect];
    Look Tab4, "tab-4", "requests about it", "", [c('4')], [Inspect];
    Look Tab5, "tab-5", "attributes", "", [c('5')], [Inspect];
    Look Tab6, "tab-6", "live against analytics", "", [c('6')], [Inspect];
    Look Transcript, "transcript", "what was said", "", [c('t')], [Chats, Inspect];
    Look Privacy, "privacy", "privacy mask: only initials", "", [c('z')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Look Mouse, "mouse", "mouse (Shift/Option selects)", "", [c('M')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Look Copy, "copy", "copy this page", "copy", [c('y')], [Trace];
    Look Copy, "copy", "copy a summary without names", "copy summary", [c('y')], [Report];
    Look CopyCurl, "copy-curl", "copy as curl, without token", "curl", [c('Y')], [Trace, Requests];
    Move NextChat, "next-chat", "next chat", "next", [c('J')], [Inspect];
    Move PreviousChat, "previous-chat", "previous chat", "previous", [c('K')], [Inspect];
    Move Down, "down", "next row", "", [c('j'), k(KeyCode::Down)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sort, Columns, Sheet, Recipe];
    Move Up, "up", "previous row", "", [c('k'), k(KeyCode::Up)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sort, Columns, Sheet, Recipe];
    Move First, "first", "first row", "", [c('g'), k(KeyCode::Home)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Profiles, Welcome, Recipes, Columns, Sheet, Recipe];
    Move Last, "last", "last row", "", [c('G'), k(KeyCode::End)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Columns, Sheet, Recipe];
    Move HalfDown, "half-down", "half a page down", "", [Key::ctrl('d')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sheet, Recipe];
    Move HalfUp, "half-up", "half a page up", "", [Key::ctrl('u')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sheet, Recipe];
    Move PageDown, "page-down", "a page down", "", [k(KeyCode::PageDown)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sheet, Recipe];
    Move PageUp, "page-up", "a page up", "", [k(KeyCode::PageUp)], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Sheet, Recipe];
    Act Back, "back", "clear range or filter", "", [ESC], [Chats];
    Act Back, "back", "back", "back", [ESC, c('q')], [Inspect, Plan, Trace, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Act Back, "back", "back to the list", "list", [ESC, c('q')], [Report];
    Act Back, "back", "cancel", "cancel", [ESC], [Filter, Find, Note, Sort, Confirm, Columns, Attribute, ViewName, Codes, Narrow, Recipe];
    Act Back, "back", "close", "close", [ESC, c('q')], [Copy, Sheet, Export];
    Act Back, "back", "keep watching", "keep watching", [ESC], [Quit];
    Act Back, "back", "close", "close", [ESC, c('?')], [Help];
    Act Back, "back", "close", "close", [ESC], [Palette, Explain];
    Look FilterSyntax, "filter-syntax", "filter syntax, or the keys", "filter syntax", [k(KeyCode::Tab), k(KeyCode::F(1))], [Help];
    Look CopyValue, "copy-value", "copy its correlation id", "copy correlation id", [c('Y')], [Messages];
    Look Copy, "copy", "copy this message", "copy", [c('y')], [Messages];
    Look Picture, "picture", "this screen as a picture, into a file", "", [], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Messages];
    Look Messages, "messages", "all messages, newest first", "", [], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Look Explain, "explain", "why the filter hides a chat", "", [], [Chats];
    Look Palette, "palette", "every action by its words", "commands", [c(':'), Key::ctrl('p')], [Chats];
    Look Palette, "palette", "every action by its words", "", [c(':'), Key::ctrl('p')], [Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Look FilterSyntax, "filter-syntax", "filter syntax", "syntax", [k(KeyCode::F(1)), Key::ctrl('o')], [Filter];
    Look Help, "help", "help for this screen", "help", [c('?'), k(KeyCode::F(1))], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Act Quit, "quit", "quit", "quit", [c('q')], [Chats, Board];
    Act Interrupt, "interrupt", "quit; a run is stopped first", "", [Key::ctrl('c')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Filter, Find, Copy, Note, Confirm, Starting, Sort, Quit, Help, Palette, Messages, Explain, Rules, Requests, Pulse, Profiles, Welcome, Recipes, Columns, Attribute, ViewName, Codes, Sheet, Narrow, Export, Recipe];
    Act Suspend, "suspend", "suspend", "", [Key::ctrl('z')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
    Look Redraw, "redraw", "draw everything anew", "", [Key::ctrl('l')], [Chats, Inspect, Plan, Board, Trace, Report, Runs, Messages, Rules, Requests, Pulse, Profiles, Welcome, Recipes];
}
