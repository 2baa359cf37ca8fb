//! What is refused, in which words, and where the text is marked.

use super::*;

/// The words of the refusal, and the part of the text that it marks.
fn refused(filter: &str) -> (String, &str) {
    let error = filter.parse::<Query>().unwrap_err();
    (error.to_string(), &filter[error.span])
}

/// A filter, the words of its refusal, and what is marked.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    ("is:stuck idle>45 x", "idle needs a unit. Try idle>45m or idle>45s", "45"),
    ("idle:45", "idle needs a unit. Try idle>45m or idle>45s", "45"),
    ("age>2x", "`2x` is no length of time. Try age>45m, age>1h30m or age>14:05", "2x"),
    ("age>-5m", "`-5m` is no length of time. Try age>45m, age>1h30m or age>14:05", "-5m"),
    ("age>30m1h", "`30m1h` is no length of time. Try age>45m, age>1h30m or age>14:05", "30m1h"),
    ("age>25:00", "`25:00` is no length of time. Try age>45m, age>1h30m or age>14:05", "25:00"),
    ("age>99999d", "`99999d` is no length of time. Try age>45m, age>1h30m or age>14:05", "99999d"),
    ("age:2h", "age is never exactly 2h. Try age>2h or age<2h", "2h"),
    ("age~2h", "age cannot be compared with ~. Try age>2h", "age~"),
    ("qeue:Claims", "no field is called `qeue`. Did you mean queue? As plain text: \"qeue\"", "qeue"),
    ("is:stuk", "is:stuk means nothing. Did you mean is:stuck?", "stuk"),
    ("kind:orfan,idle", "kind:orfan means nothing. Did you mean kind:orphan?", "orfan"),
    ("last:us", "last:us means nothing. Did you mean last:cust?", "us"),
    ("msgs<two", "`two` is no number. Try msgs<2", "two"),
    ("msgs<-1", "`-1` is no number. Try msgs<2", "-1"),
    ("queue>Claims", "queue cannot be compared with >. Try queue:\"Billing EU\"", "queue>"),
    ("queue: is:stuck", "queue: needs a value. Try queue:\"Billing EU\". A value with spaces or brackets needs quotes", "queue:"),
    ("queue~(a|b)", "queue~ needs a value. Try queue:\"Billing EU\". A value with spaces or brackets needs quotes", "queue~"),
    ("is:stuck,", "is: needs a value. Try is:stuck. A value with spaces or brackets needs quotes", "is:"),
    (">45m", "> needs a field before it. Try idle>45m", ">"),
    ("attr:5", "attr needs a key. Try attr.caseId:5513", "attr"),
    ("queue:\"\"", "an empty text fits everything. Write something between the quotes, or leave them out", "\"\""),
    ("is:stuck \"bill", "the quotation has no end. Put a \" after it", "\"bill"),
    ("queue:\"bill", "the quotation has no end. Put a \" after it", "\"bill"),
    ("(a or b", "the bracket is not closed. Put a ) after it", "("),
    ("a) b", "no bracket is open here. Take the ) away", ")"),
    ("a, b", "a comma stands only between values, as in queue:Claims,Returns. Use a space, or the word or", ","),
    ("a or", "a clause is missing here. Try is:stuck, or take the last word away", ""),
    ("or a", "a clause is missing here. Try is:stuck, or take the last word away", "or"),
    ("a and or b", "a clause is missing here. Try is:stuck, or take the last word away", "or"),
    ("()", "a clause is missing here. Try is:stuck, or take the last word away", ")"),
    ("-", "a clause is missing here. Try is:stuck, or take the last word away", ""),
];

#[test]
fn every_refusal_says_the_mend_and_where() {
    for (filter, words, span) in CASES {
        assert_eq!(refused(filter), ((*words).to_owned(), *span), "{filter}");
    }
}

#[test]
fn a_bad_expression_is_refused_on_one_line() {
    let (words, span) = refused("queue~\"a(b\"");
    assert!(
        words.starts_with("this is no regular expression: "),
        "{words}"
    );
    assert!(!words.contains('\n'), "{words}");
    assert_eq!(span, "\"a(b\"");
    let (words, _) = refused("id~a{1000}{1000}");
    assert!(words.contains("regular expression"), "{words}");
}

#[test]
fn what_is_too_deep_or_too_long_is_refused_before_it_can_do_harm() {
    let deep = "(".repeat(1000);
    assert!(refused(&deep).0.contains("levels deep"));
    let minuses = "-".repeat(1000);
    assert!(refused(&minuses).0.contains("levels deep"));
    let long = "a ".repeat(5000);
    assert!(refused(&long).0.contains("at most"));
}
