//! Merkle-sum trees: of balances on a record date, and of what each owner is entitled to.
//!
//! Every node commits to the sums of both its children, so leaves that are proven under one root add
//! up to no more than the root's sum. Leaves and nodes are hashed under different tags, and a leaf
//! names its tree: no node passes for a leaf, and no proof for that of another tree. Leaves are padded
//! with empty entries to pages of 4,096, pages to the next power of two; two empty entries make one.

use crate::{errors::VaultError, require_figures};
use anchor_lang::prelude::*;

/// Leaves of a page, and its levels.
pub const PAGE_LEAVES: u64 = 4_096;
pub const PAGE_LEVELS: u32 = 12;

/// Bytes of a node in a proof: hash, sum.
pub const NODE_LEN: usize = 40;

const LEAF_TAG: &[u8; 8] = b"xstkleaf";
const NODE_TAG: &[u8; 8] = b"xstknode";

/// A leaf or a node: its hash, and the sum of the leaves under it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Entry {
    pub hash: [u8; 32],
    pub sum: u64,
}

/// What a leaf says of one owner.
#[derive(Clone, Copy)]
pub struct Leaf {
    pub index: u64,
    pub owner: Address,
    /// Raw units held, or base units before tax.
    pub amount: u64,
    /// Base units of tax; zero in a snapshot.
    pub withheld: u64,
}

impl Leaf {
    /// In the tree of `account`.
    pub fn entry(&self, account: &Address) -> Entry {
        let (index, amount, withheld) =
            (self.index.to_le_bytes(), self.amount.to_le_bytes(), self.withheld.to_le_bytes());
        let hash = sha256(&[LEAF_TAG, account.as_ref(), &index, self.owner.as_ref(), &amount, &withheld]);
        Entry { hash, sum: self.amount }
    }
}

impl Entry {
    pub const EMPTY: Entry = Entry { hash: [0; 32], sum: 0 };

    /// As a proof spells it: hash, sum.
    pub fn of(bytes: [u8; NODE_LEN]) -> Self {
        bytemuck::pod_read_unaligned(&bytes)
    }

    /// The node above two entries.
    pub fn above(left: &Entry, right: &Entry) -> Result<Entry> {
        // a tree's empty entries have no sum: most of the time one comparison will do
        if left.sum == 0 && right.sum == 0 && *left == Self::EMPTY && *right == Self::EMPTY {
            return Ok(Self::EMPTY);
        }
        let sum = left.sum.checked_add(right.sum).ok_or(VaultError::BadProof)?;
        Ok(Entry { hash: Self::hash_of(left, right), sum })
    }

    /// What the node above two entries hashes to, whatever sum it claims.
    pub fn hash_of(left: &Entry, right: &Entry) -> [u8; 32] {
        // an entry lies in memory as a proof spells it: both are little-endian
        sha256(&[NODE_TAG, bytemuck::bytes_of(left), bytemuck::bytes_of(right)])
    }
}

/// Levels of a tree of so many leaves.
pub fn levels(leaf_count: u64) -> u32 {
    let pages = leaf_count.div_ceil(PAGE_LEAVES).max(1);
    let above = 64u32.saturating_sub(pages.saturating_sub(1).leading_zeros());
    PAGE_LEVELS.saturating_add(above)
}

/// The entry `levels` above neighbouring `entries`, the first of which has the number `first` on its
/// level. `nodes` are the siblings that are needed, from below, left before right, and none more.
/// Uses `entries` as its workspace.
pub fn climb(mut first: u64, entries: &mut [Entry], levels: u32, mut nodes: &[u8]) -> Result<Entry> {
    let mut count = entries.len();
    for _ in 0..levels {
        if let [entry] = entries.get_mut(..count).unwrap_or_default() {
            let node = next(&mut nodes)?; // the usual way: one entry, one sibling
            *entry = if first & 1 == 1 { Entry::above(&node, entry)? } else { Entry::above(entry, &node)? };
            first /= 2;
            continue;
        }
        let left = if first & 1 == 1 { Some(next(&mut nodes)?) } else { None };
        let last = first.wrapping_add(count as u64);
        let right = if last & 1 == 1 { Some(next(&mut nodes)?) } else { None };
        count = halve(entries, count, left, right)?;
        first /= 2;
    }
    require_figures!(nodes.is_empty() && count == 1 && first == 0, VaultError::BadProof, nodes.len(), count);
    entries.first().copied().ok_or(VaultError::BadProof.into())
}

/// Replaces `count` entries by the nodes above them. Returns how many these are.
fn halve(entries: &mut [Entry], count: usize, left: Option<Entry>, right: Option<Entry>) -> Result<usize> {
    let (mut read, mut written, mut pending) = (0usize, 0usize, left);
    loop {
        let l = match pending.take() {
            Some(entry) => entry,
            None if read < count => take(entries, &mut read)?,
            None => return Ok(written),
        };
        let r = if read < count { take(entries, &mut read)? } else { right.ok_or(VaultError::BadProof)? };
        // never ahead of what was read: two entries, or the one beside `left`, make one
        *entries.get_mut(written).ok_or(VaultError::BadProof)? = Entry::above(&l, &r)?;
        written = written.saturating_add(1);
    }
}

fn take(entries: &[Entry], read: &mut usize) -> Result<Entry> {
    let entry = entries.get(*read).copied().ok_or(VaultError::BadProof)?;
    *read = read.saturating_add(1);
    Ok(entry)
}

fn next(nodes: &mut &[u8]) -> Result<Entry> {
    let Some((node, rest)) = nodes.split_first_chunk::<NODE_LEN>() else {
        return Err(VaultError::BadProof.into());
    };
    *nodes = rest;
    Ok(Entry::of(*node))
}

/// sha256 over the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    #[cfg(target_os = "solana")]
    {
        let mut hash = [0u8; 32];
        // SAFETY: slices of slices lie in memory as the system call reads them: pointer and length each
        unsafe {
            anchor_lang::pinocchio::syscalls::sol_sha256(parts.as_ptr().cast(), parts.len() as u64, hash.as_mut_ptr())
        };
        hash
    }
    #[cfg(not(target_os = "solana"))]
    {
        anchor_lang::prelude::sha256(&parts.concat())
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)] // a vector that cannot be read fails its test
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn vectors(kind: &str) -> Vec<Value> {
        let text = include_str!("../../../../tests/vectors/merkle.json");
        let all: Value = serde_json::from_str(text).unwrap_or_default();
        let cases = all[kind].as_array().cloned().unwrap_or_default();
        assert!(cases.len() >= 5, "vectors missing: {kind}");
        cases
    }

    fn bytes(hex: &Value) -> Vec<u8> {
        let text = hex.as_str().unwrap_or("not text");
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
    }

    fn entry(hex: &Value) -> Entry {
        Entry::of(bytes(hex).try_into().expect("an entry"))
    }

    fn address(hex: &Value) -> Address {
        Address::new_from_array(bytes(hex).try_into().expect("an address"))
    }

    fn number(value: &Value) -> u64 {
        value.as_str().map_or(value.as_u64(), |text| text.parse().ok()).expect("a number")
    }

    /// The entries of leaves from `first` on, each owner, amount and withheld.
    fn entries(account: &Value, first: u64, rows: &[Value]) -> Vec<Entry> {
        let leaf = |(index, row): (u64, &Value)| {
            let leaf = Leaf { index, owner: address(&row[0]), amount: number(&row[1]), withheld: number(&row[2]) };
            leaf.entry(&address(account))
        };
        (first..).zip(rows).map(leaf).collect()
    }

    /// All leaves of a tree of the file; one is given by a formula.
    fn leaves_of(tree: &Value) -> Vec<Entry> {
        if let Some(rows) = tree["leaves"].as_array() {
            return entries(&tree["account"], 0, rows);
        }
        let leaf = |index: u64| {
            let mut owner = [0x5a; 32];
            owner[..8].copy_from_slice(&(3 * index + 1).to_be_bytes());
            let amount = 1 + index * index % 1_000_003;
            let leaf = Leaf { index, owner: Address::new_from_array(owner), amount, withheld: 3 * amount / 20 };
            leaf.entry(&address(&tree["account"]))
        };
        (0..number(&tree["leaf_count"])).map(leaf).collect()
    }

    fn tree_named(name: &Value) -> Value {
        vectors("trees").into_iter().find(|tree| tree["name"] == *name).expect("a tree")
    }

    /// All levels of a tree, each in full.
    fn full_tree(mut entries: Vec<Entry>, levels: u32) -> Vec<Vec<Entry>> {
        entries.resize(1 << levels, Entry::EMPTY);
        let mut all = vec![entries];
        for _ in 0..levels {
            let pairs = all.last().expect("a level").chunks(2);
            all.push(pairs.map(|pair| Entry::above(&pair[0], &pair[1]).expect("a sum")).collect());
        }
        all
    }

    /// The siblings that are not known, by level: how a proof is defined.
    fn proof(tree: &[Vec<Entry>], first: usize, count: usize) -> Vec<u8> {
        let mut nodes = Vec::new();
        let mut known: Vec<usize> = (first..first + count).collect();
        for level in &tree[..tree.len() - 1] {
            let mut missing: Vec<usize> = known.iter().map(|at| at ^ 1).filter(|at| !known.contains(at)).collect();
            missing.sort_unstable();
            missing.iter().for_each(|at| nodes.extend_from_slice(bytemuck::bytes_of(&level[*at])));
            known = known.iter().map(|at| at / 2).collect();
            known.dedup();
        }
        nodes
    }

    #[test]
    fn leaves_agree_with_the_vectors() {
        for c in vectors("leaves") {
            let (index, owner) = (number(&c["index"]), address(&c["owner"]));
            let leaf = Leaf { index, owner, amount: number(&c["amount"]), withheld: number(&c["withheld"]) };
            assert_eq!(leaf.entry(&address(&c["account"])), entry(&c["entry"]), "{c}");
        }
    }

    #[test]
    fn nodes_agree_with_the_vectors() {
        for c in vectors("nodes") {
            let (left, right) = (entry(&c["left"]), entry(&c["right"]));
            let expected = (!c["entry"].is_null()).then(|| entry(&c["entry"]));
            assert_eq!(Entry::above(&left, &right).ok(), expected, "{c}");
            if expected.is_some_and(|node| node != Entry::EMPTY) {
                assert_eq!(Some(Entry::hash_of(&left, &right)), expected.map(|node| node.hash), "{c}");
            }
        }
    }

    #[test]
    fn trees_agree_with_the_vectors() {
        for c in vectors("trees") {
            let depth = levels(number(&c["leaf_count"]));
            assert_eq!(u64::from(depth), number(&c["depth"]));
            let tree = full_tree(leaves_of(&c), depth);
            assert_eq!(tree[depth as usize], [entry(&c["root"])]);
            for (page, expected) in c["pages"].as_array().into_iter().flatten().enumerate() {
                assert_eq!(tree[PAGE_LEVELS as usize][page], entry(expected));
            }
        }
    }

    #[test]
    fn page_proofs_agree_with_the_vectors() {
        for c in vectors("page_proofs") {
            let tree = tree_named(&c["tree"]);
            let above = levels(number(&tree["leaf_count"])) - PAGE_LEVELS;
            assert_eq!(u64::from(above), number(&c["levels"]));
            let found = climb(number(&c["page"]), &mut [entry(&c["entry"])], above, &bytes(&c["nodes"]));
            assert_eq!(found.ok(), Some(entry(&tree["root"])), "{c}");
        }
    }

    /// The number that a leaf has in what is climbed: its page, as claims do, or the whole tree.
    fn place(first: u64, levels: u32) -> u64 {
        if levels == PAGE_LEVELS {
            first % PAGE_LEAVES
        } else {
            first
        }
    }

    #[test]
    fn range_proofs_agree_with_the_vectors() {
        for name in ["of 1", "of 2", "of 3", "of 5", "formula"] {
            let leaves = leaves_of(&tree_named(&name.into()));
            for c in vectors("range_proofs").iter().filter(|c| c["tree"] == name) {
                let (first, count, levels) = (number(&c["first"]), number(&c["count"]), number(&c["levels"]) as u32);
                let mut known = leaves[first as usize..(first + count) as usize].to_vec();
                let found = climb(place(first, levels), &mut known, levels, &bytes(&c["nodes"]));
                assert_eq!(found.ok(), Some(entry(&c["result"])), "{c}");
            }
        }
    }

    #[test]
    fn false_proofs_lead_nowhere() {
        for c in vectors("refused_ranges") {
            let (first, levels) = (number(&c["first"]), number(&c["levels"]) as u32);
            let mut known = entries(&c["account"], first, c["leaves"].as_array().expect("leaves"));
            let found = climb(place(first, levels), &mut known, levels, &bytes(&c["nodes"]));
            assert_ne!(found.ok(), Some(entry(&c["expected"])), "{c}");
        }
        for c in vectors("refused_pages") {
            let (page, levels) = (entry(&c["entry"]), number(&c["levels"]) as u32);
            let found = climb(number(&c["page"]), &mut [page], levels, &bytes(&c["nodes"]));
            // an empty page is refused before it is proven
            assert!(page == Entry::EMPTY || found.ok() != Some(entry(&c["expected"])), "{c}");
        }
    }

    /// As `challenge_sum` judges it.
    fn shows_a_false_sum(c: &Value) -> bool {
        let (level, depth) = (number(&c["level"]) as u32, levels(number(&c["leaf_count"])));
        let (node, left, right) = (entry(&c["entry"]), entry(&c["left"]), entry(&c["right"]));
        let up = depth.saturating_sub(level);
        let proven = climb(number(&c["index"]), &mut [node], up, &bytes(&c["path"])).ok() == Some(entry(&c["root"]));
        let adds_up = left.sum.checked_add(right.sum) == Some(node.sum);
        (1..=depth).contains(&level) && proven && Entry::hash_of(&left, &right) == node.hash && !adds_up
    }

    #[test]
    fn challenges_agree_with_the_vectors() {
        for c in vectors("challenges") {
            assert!(shows_a_false_sum(&c), "{c}");
        }
        for c in vectors("refused_challenges") {
            assert!(!shows_a_false_sum(&c), "{c}");
        }
    }

    #[test]
    fn levels_are_those_of_pages_and_above() {
        for (leaves, expected) in [(0, 12), (1, 12), (4_096, 12), (4_097, 13), (8_193, 14), (1 << 20, 20)] {
            assert_eq!(levels(leaves), expected, "{leaves}");
        }
        assert_eq!((levels((1 << 20) + 1), levels(u64::MAX)), (21, 64));
    }

    #[test]
    fn nothing_proves_nothing() {
        for (first, levels) in [(0, 0), (0, 3), (1, 3), (u64::MAX, 64)] {
            assert!(climb(first, &mut [], levels, &[]).is_err());
            assert!(climb(first, &mut [], levels, &[0; 2 * NODE_LEN]).is_err());
        }
    }

    prop_compose! {
        fn some_entry()(hash: [u8; 32], sum in 0..1u64 << 50) -> Entry {
            Entry { hash, sum }
        }
    }

    prop_compose! {
        /// Levels, entries, and a range of numbers: of entries, or of the empty ones behind them too.
        fn ranges()(levels in 0u32..=7)(
            levels in Just(levels),
            entries in prop::collection::vec(some_entry(), 1..=1 << levels),
            (first, last) in (0usize..1 << levels, 0usize..1 << levels),
        ) -> (Vec<Vec<Entry>>, usize, usize) {
            (full_tree(entries, levels), first.min(last), first.abs_diff(last) + 1)
        }
    }

    proptest! {
        #[test]
        fn any_range_leads_to_the_root((tree, first, count) in ranges(), more in 1..1u64 << 40) {
            let (levels, nodes) = (tree.len() as u32 - 1, proof(&tree, first, count));
            let known = &tree[0][first..first + count];
            let up = |first: usize, nodes: &[u8]| climb(first as u64, &mut known.to_vec(), levels, nodes).ok();
            prop_assert_eq!(up(first, &nodes), tree.last().map(|root| root[0]));
            // no node is missing, none is left over, and no number has the same path
            prop_assert_eq!(up(first, &[&nodes[..], &[0; NODE_LEN]].concat()), None);
            prop_assert_eq!(up(first, &[&nodes[..], &[0]].concat()), None);
            prop_assert_eq!(up(first, nodes.get(NODE_LEN..).unwrap_or(&[1])), None);
            prop_assert_eq!(up(first + ((more as usize) << levels), &nodes), None);
        }

        #[test]
        fn nothing_in_a_proof_can_change((tree, first, count) in ranges(), place: usize, bit in 0u8..8) {
            let (levels, nodes) = (tree.len() as u32 - 1, proof(&tree, first, count));
            let known = bytemuck::cast_slice::<Entry, u8>(&tree[0][first..first + count]);
            let mut all = [known, &nodes].concat();
            let place = place % all.len();
            all[place] ^= 1 << bit;
            let (known, nodes) = all.split_at(known.len());
            let mut changed: Vec<Entry> = known.chunks(NODE_LEN).map(bytemuck::pod_read_unaligned).collect();
            let found = climb(first as u64, &mut changed, levels, nodes).ok();
            prop_assert_ne!(found, tree.last().map(|root| root[0]));
        }
    }
}
