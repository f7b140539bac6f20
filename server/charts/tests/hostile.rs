//! Whatever the labels and values are, the drawing is well formed, of known elements, and finite.

#[expect(dead_code, reason = "each test file uses some of them")]
mod samples;

use charts::{Size, Sparkline};
use proptest::prelude::*;
use quick_xml::events::Event;
use samples::{flow, full_trend, severity, team, teams, trend};

const ELEMENTS: [&str; 11] =
    ["svg", "g", "a", "title", "desc", "text", "line", "rect", "circle", "polyline", "polygon"];

/// Text that has broken charts before, and any other.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("\"><a href=x>".to_owned()),
        Just("]]>&amp;&#0;--><!--".to_owned()),
        Just("\u{0}\u{8}\u{FFFE}\n".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("m".repeat(400)),
        any::<String>(),
    ]
}

/// Counts, small and at the ends of what an integer holds.
fn value() -> impl Strategy<Value = i64> {
    prop_oneof![0..1000_i64, any::<i64>(), Just(i64::MAX), Just(i64::MIN), Just(0)]
}

/// The number of links, if the drawing is sound.
fn links(svg: &str) -> Result<usize, TestCaseError> {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut links, mut depth) = (0, 0_i32);
    loop {
        let event = reader.read_event().map_err(|error| TestCaseError::fail(format!("{error}: {svg}")))?;
        match event {
            Event::Start(element) | Event::Empty(element) if !ELEMENTS.contains(&element.name().as_ref()) => {
                return Err(TestCaseError::fail(format!("element {element:?}")));
            }
            Event::Start(ref element) | Event::Empty(ref element) => {
                depth += i32::from(matches!(event, Event::Start(_)));
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(|error| TestCaseError::fail(error.to_string()))?;
                    let (key, value) = (attribute.key.as_ref(), attribute.value.into_owned());
                    prop_assert!(key != "style" && key != "width" || element.name().as_ref() == "rect", "{key:?}");
                    prop_assert!(!key.starts_with("on"), "{key:?}");
                    prop_assert!(!value.contains(['<', '>', '"']), "{value}");
                    if key == "href" {
                        links += 1;
                        prop_assert!(value.starts_with(['/', '?', '#']), "{value}");
                    }
                    if ["points", "x", "y", "width", "height", "cx", "cy", "viewBox"].contains(&key) {
                        let finite = value.split([' ', ',']).all(|n| n.parse().is_ok_and(|n: f64| n.abs() < 1e5));
                        prop_assert!(finite, "{value}");
                    }
                }
            }
            Event::End(_) => depth -= 1,
            Event::Text(_) | Event::GeneralRef(_) => {}
            Event::Eof => break,
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        }
    }
    prop_assert_eq!(depth, 0);
    let illegal = |c: char| c < ' ' || c == '\u{FFFE}' || c == '\u{FFFF}';
    prop_assert!(!svg.contains(illegal));
    Ok(links)
}

proptest! {
    #[test]
    fn trends(values in prop::collection::vec(value(), 0..110), text in label(), href in label(), narrow: bool) {
        let size = if narrow { Size::Narrow } else { Size::Wide };
        let mut chart = full_trend(size);
        chart.points = trend(size, &values).points;
        if let Some(compare) = &mut chart.compare {
            compare.values = values.iter().rev().map(|value| Some(*value)).collect();
            compare.name.clone_from(&text);
        }
        for part in [&mut chart.title, &mut chart.summary, &mut chart.name, &mut chart.none, &mut chart.only_one] {
            part.clone_from(&text);
        }
        for note in &mut chart.notes {
            note.text.clone_from(&text);
        }
        prop_assert_eq!(links(&chart.svg())?, values.len());
        for point in &mut chart.points {
            (point.label, point.name, point.href) = (text.clone(), text.clone(), href.clone());
        }
        links(&chart.svg())?;
        prop_assert_eq!(chart.svg(), chart.svg());
        prop_assert_eq!(chart.table().rows.len(), values.len());
    }

    #[test]
    fn flows(counts in prop::collection::vec([value(), value(), value(), value()], 0..110), text in label()) {
        let mut chart = flow(Size::Narrow, &[]);
        chart.names.new.clone_from(&text);
        chart.names.fixed.clone_from(&text);
        chart.points = counts.iter().map(|[new, reopened, fixed, other]| charts::FlowPoint {
            label: text.clone(),
            new: *new,
            reopened: *reopened,
            fixed: *fixed,
            other: *other,
            links: [(); 4].map(|()| (text.clone(), text.clone())),
        }).collect();
        links(&chart.svg())?;
        prop_assert!(chart.table().rows.iter().all(|row| row.len() == 6));
    }

    #[test]
    fn bars(counts in prop::collection::vec([value(), value(), value(), value(), value()], 0..12), text in label()) {
        let mut rows: Vec<_> = counts.iter().map(|counts| team("Payments", *counts)).collect();
        let drawn: usize = counts.iter().map(|counts| counts.iter().filter(|count| **count > 0).count() + 1).sum();
        prop_assert_eq!(links(&teams(Size::Wide, rows.clone()).svg())?, drawn);
        for row in &mut rows {
            (row.label, row.name, row.href) = (text.clone(), text.clone(), text.clone());
        }
        let mut chart = teams(Size::Narrow, rows);
        for (_, word) in &mut chart.severities {
            word.clone_from(&text);
        }
        links(&chart.svg())?;
        for counts in counts {
            prop_assert_eq!(links(&severity(Size::Narrow, counts).svg())?, 5);
        }
    }

    #[test]
    fn sparklines(values in prop::collection::vec(value(), 0..110)) {
        prop_assert_eq!(links(&Sparkline { values }.svg())?, 0);
    }
}
