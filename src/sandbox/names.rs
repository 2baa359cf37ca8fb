//! Invented people and words. No name here belongs to anybody.

use super::random::Random;
use super::world::directory::FlowKind;

const INITIALS: [&str; 16] = [
    "A.", "B.", "C.", "D.", "E.", "F.", "H.", "I.", "J.", "K.", "L.", "M.", "N.", "R.", "S.", "T.",
];
const GUESTS: [&str; 24] = [
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Tanaka",
    "Silva",
    "Novak",
    "Haddad",
    "Kowalski",
    "Byrne",
    "Castillo",
    "Dimitrov",
    "Eriksen",
    "Fontaine",
    "Gupta",
    "Horvath",
    "Ito",
    "Jansen",
    "Keller",
    "Larsen",
    "Mbeki",
    "Nguyen",
    "Petrov",
    "Rossi",
    "Weber",
];

/// The agents who are there when a scenario names none.
pub(super) const AGENTS: [&str; 8] = [
    "Ana Lima",
    "Ben Hall",
    "Chidi Eze",
    "Dana Park",
    "Emil Kranz",
    "Farah Noor",
    "Goran Ilic",
    "Hana Sato",
];
/// Users who do not work any more: one inactive, one deleted.
pub(super) const LEAVERS: [&str; 2] = ["Ivo Brandt", "Jun Okada"];
/// The agent of `away` chats, who has no others.
pub(super) const AWAY_AGENT: &str = "Ines Roth";
/// The queues that are there when a scenario names none.
pub(super) const QUEUES: [&str; 5] = [
    "Billing EU",
    "Billing US",
    "Tech Support",
    "Sales Web",
    "Returns",
];
/// The bots that answer first.
pub(super) const BOTS: [&str; 3] = ["Web Greeter", "Order Status Bot", "Returns Bot"];
/// What each of them is.
pub(super) const BOT_KINDS: [FlowKind; 3] = [FlowKind::Inbound, FlowKind::Bot, FlowKind::Bot];
/// What guests say.
pub(super) const GUEST_LINES: [&str; 8] = [
    "Hello, I need help with my order.",
    "It was charged twice.",
    "Yes, that is the number.",
    "Are you still there?",
    "The page shows an error.",
    "Thank you, I will check.",
    "Can you send it again?",
    "It has not arrived yet.",
];
/// What agents say.
pub(super) const AGENT_LINES: [&str; 8] = [
    "Hello, how may I help?",
    "Let me look that up for you.",
    "Could you confirm the order number?",
    "I have asked the warehouse.",
    "The refund is on its way.",
    "Is there anything else?",
    "Please try that once more.",
    "One moment, please.",
];
/// What bots say.
pub(super) const BOT_LINES: [&str; 4] = [
    "Welcome! What is it about?",
    "Please choose one of the topics.",
    "I did not understand that. Please choose a topic.",
    "Let me connect you.",
];

/// A guest's name: an initial and a family name.
pub(super) fn guest(random: &mut Random) -> String {
    format!("{} {}", random.word(&INITIALS), random.word(&GUESTS))
}
