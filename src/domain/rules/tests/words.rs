//! The words of rules and guards: how they are filled in, what they leave out, and what is wrong with some.

use super::*;

#[test]
fn words_have_their_placeholders_filled_in() {
    let wording = Wording {
        name: "o",
        when: "kind:orphan",
        severity: None,
        power: None,
        hint: Some(
            "left {cust.left} ago, {agent.name} of {queue.name}; {msgs} messages, bot {bot.name}",
        ),
    };
    let row = staged(1)
        .party("customer", closed("5h", "peer"), |_| {})
        .party("acd", closed("5h", "transfer"), |party| {
            party.queue = Some(Text::clean("Billing"));
        })
        .party("agent", leg("connected"), |party| {
            party.name = Some(Text::clean("Ana"));
        })
        .read("2s");
    let row = under(row, vec![Rule::new(&wording).unwrap()], Vec::new());
    let words = row.caught(NOW)[0].words(&row, NOW);
    assert_eq!(words, "left 5h00m ago, Ana of Billing; 0 messages, bot ?");
}

#[test]
fn why_a_chat_is_left_alone_names_no_person() {
    let hint = Some("{cust.name} of {agent.name}, {queue.name}, bot {bot.name}");
    let wording = Wording {
        name: "g",
        when: "kind:orphan",
        severity: None,
        power: Some(Power::Never),
        hint,
    };
    let row = vip()
        .party("agent", leg("connected"), |party| {
            party.name = Some(Text::clean("Ana"));
        })
        .party("customer", closed("5h", "peer"), |party| {
            party.name = Some(Text::clean("Mia"));
        })
        .read("2s");
    let words = "[name] of [name], VIP Desk, bot ?";
    let guard = Guard::new(&wording).unwrap();
    let guarded = under(row.clone(), Vec::new(), vec![guard]);
    assert_eq!(planned(&guarded, false), Err(format!("guard g: {words}")));
    let rule = Rule::new(&wording).unwrap();
    let ruled = under(row, vec![rule], Vec::new());
    assert_eq!(planned(&ruled, true), Err(format!("rule g: {words}")));
}

#[test]
fn what_cannot_be_understood_says_which_part_where_and_the_mend() {
    let base = Wording {
        name: "n",
        when: "is:stuck",
        severity: None,
        power: None,
        hint: None,
    };
    let cases: [(Wording<'_>, Part, usize, &str); 8] = [
        (
            Wording {
                name: "two words",
                ..base.clone()
            },
            Part::Name,
            0,
            "letters, digits",
        ),
        (
            Wording {
                when: "is:stuck idle>45",
                ..base.clone()
            },
            Part::When,
            14,
            "idle>45m",
        ),
        (
            Wording {
                when: "  ",
                ..base.clone()
            },
            Part::When,
            0,
            "every chat",
        ),
        (
            Wording {
                when: "is:marked",
                ..base.clone()
            },
            Part::When,
            0,
            "belong to the console",
        ),
        (
            Wording {
                when: "not (age>1h or is:changed)",
                ..base.clone()
            },
            Part::When,
            0,
            "belong to the console",
        ),
        (
            Wording {
                when: "rule:x",
                ..base.clone()
            },
            Part::When,
            0,
            "cannot ask about rules",
        ),
        (
            Wording {
                hint: Some("a {cust.lefd} b"),
                ..base.clone()
            },
            Part::Hint,
            2,
            "Did you mean {cust.left}?",
        ),
        (
            Wording {
                hint: Some("a {age"),
                ..base.clone()
            },
            Part::Hint,
            2,
            "has no end",
        ),
    ];
    for (wording, part, at, words) in cases {
        let bad = Rule::new(&wording).unwrap_err();
        assert_eq!((bad.part, bad.span.start), (part, at), "{bad}");
        assert!(bad.what.contains(words), "{bad}");
    }
    let allows = Wording {
        power: Some(Power::Allow),
        ..base
    };
    assert_eq!(Guard::new(&allows).unwrap_err().part, Part::Terminate);
}
