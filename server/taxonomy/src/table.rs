//! Reading the tab-separated tables that are compiled in.

use model::{Category, Edition};

/// The rows of a table without its heading, cell by cell.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// A cell that holds numbers parted by commas.
pub(crate) fn numbers(cell: &str) -> Vec<u32> {
    cell.split(',').filter_map(|n| n.parse().ok()).collect()
}

/// A cell that holds categories parted by commas.
pub(crate) fn categories(cell: &str) -> Vec<Category> {
    cell.split(',').filter_map(|c| c.parse().ok()).collect()
}

/// The place of an edition in arrays of three: 2017, 2021, 2025.
pub(crate) fn nth(edition: Edition) -> usize {
    match edition {
        Edition::Y2017 => 0,
        Edition::Y2021 => 1,
        Edition::Y2025 => 2,
    }
}
