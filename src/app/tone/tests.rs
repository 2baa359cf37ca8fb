use super::*;

#[test]
fn a_folded_text_stands_beside_its_label_and_loses_no_word() {
    let lines = folded(
        Words::new(Tone::Strong, " NOTE  "),
        "one two three four five six",
        Tone::Plain,
        26,
    );
    let text: Vec<String> = lines.iter().map(Words::text).collect();
    assert_eq!(text, [" NOTE  one two three four", "       five six"]);
    assert_eq!(lines[0].pieces[0].tone, Tone::Strong);
}
