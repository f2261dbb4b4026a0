//! The line of a file in which a mistake is, with the mistake underlined.

use std::fmt;
use std::ops::Range;

pub(super) struct Snippet {
    file: String,
    line_number: usize,
    /// In characters, from 1.
    column: usize,
    line: String,
    underlined: usize,
}

impl Snippet {
    pub(super) fn new(file: String, text: &str, range: &Range<usize>) -> Self {
        let start = floor_char_boundary(text, range.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor_char_boundary(text, range.end.clamp(start, line_end));
        Self {
            file,
            line_number: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            // A tab is as wide as the terminal likes; one space keeps the underline in its place.
            line: text[line_start..line_end].trim_end().replace('\t', " "),
            underlined: text[start..end].trim_end().chars().count().max(1),
        }
    }

    /// What stands left of the line that ties the snippet together.
    pub(super) fn margin(&self) -> String {
        " ".repeat(self.line_number.to_string().len() + 1)
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let margin = self.margin();
        let arrow = &margin[1..];
        let (file, number, column) = (&self.file, self.line_number, self.column);
        let indent = " ".repeat(column - 1);
        let underline = "^".repeat(self.underlined);
        writeln!(f, "{arrow}--> {file}:{number}:{column}")?;
        writeln!(f, "{margin}|")?;
        writeln!(f, "{number} | {}", self.line)?;
        writeln!(f, "{margin}| {indent}{underline}")
    }
}

/// What parsers report may lie past the end, or inside a character.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Snippet;

    #[test]
    fn the_column_counts_characters_and_the_underline_ends_with_the_line() {
        let text = "a\n\"é\" name\nb";
        let at = text.find("name").expect("it is there");
        let shown = Snippet::new("a.proto".into(), text, &(at..text.len())).to_string();
        assert_eq!(
            shown,
            " --> a.proto:2:5\n  |\n2 | \"é\" name\n  |     ^^^^\n"
        );
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_character_is_no_panic() {
        for range in [9..12, 1..1, 2..3, 0..99] {
            Snippet::new("a.proto".into(), "é", &range).to_string();
            Snippet::new("a.proto".into(), "", &range).to_string();
        }
    }
}
