//! BLAKE2 (RFC 7693) with the parameters of trees, which the specification of BLAKE2 has and the RFC leaves out.

/// The rounds' orders of the message's words.
const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// What a hash is made with.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// Bytes of the result.
    pub digest_size: u8,
    /// The key, up to 64 or 32 bytes.
    pub key: Vec<u8>,
    /// Up to 16 or 8 bytes.
    pub salt: Vec<u8>,
    /// Up to 16 or 8 bytes.
    pub person: Vec<u8>,
    /// Children of a node.
    pub fanout: u8,
    /// Height of the tree.
    pub depth: u8,
    /// Bytes of a leaf, 0 for no limit.
    pub leaf_size: u32,
    /// Place of the node; for BLAKE2s 48 bits.
    pub node_offset: u64,
    /// Level of the node.
    pub node_depth: u8,
    /// Bytes of the hashes inside the tree.
    pub inner_size: u8,
    /// It is the last node of its level.
    pub last_node: bool,
}

macro_rules! blake2 {
    ($name:ident, $word:ty, $rounds:expr, $iv:expr, $rotations:expr, $offset_bytes:expr, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone)]
        pub struct $name {
            state: [$word; 8],
            /// Bytes hashed so far, without the buffered ones.
            count: u128,
            buffer: [u8; Self::BLOCK],
            filled: usize,
            size: usize,
            last_node: bool,
        }

        impl $name {
            /// Bytes of a word.
            const WORD: usize = size_of::<$word>();
            /// Bytes of a block.
            pub const BLOCK: usize = 16 * Self::WORD;
            /// Bytes of the longest result and key.
            pub const MAX: usize = 8 * Self::WORD;
            /// Bytes of salt and personalisation.
            pub const SALT: usize = 2 * Self::WORD;
            const IV: [$word; 8] = $iv;

            /// A hash of nothing so far. The sizes have been checked.
            pub fn new(p: &Parameters) -> $name {
                let mut block = [0u8; 8 * Self::WORD];
                block[0] = p.digest_size;
                block[1] = p.key.len() as u8;
                block[2] = p.fanout;
                block[3] = p.depth;
                block[4..8].copy_from_slice(&p.leaf_size.to_le_bytes());
                block[8..8 + $offset_bytes]
                    .copy_from_slice(&p.node_offset.to_le_bytes()[..$offset_bytes]);
                block[8 + $offset_bytes] = p.node_depth;
                block[9 + $offset_bytes] = p.inner_size;
                let salt = 4 * Self::WORD;
                let put = |to: &mut [u8], from: &[u8]| {
                    for (to, from) in to.iter_mut().zip(from) {
                        *to = *from;
                    }
                };
                put(&mut block[salt..salt + Self::SALT], &p.salt);
                put(&mut block[salt + Self::SALT..], &p.person);
                let mut state = Self::IV;
                for (word, bytes) in state.iter_mut().zip(block.chunks_exact(Self::WORD)) {
                    *word ^= Self::word(bytes);
                }
                let mut hash = $name {
                    state,
                    count: 0,
                    buffer: [0; Self::BLOCK],
                    filled: 0,
                    size: p.digest_size.into(),
                    last_node: p.last_node,
                };
                if !p.key.is_empty() {
                    let mut first = [0; Self::BLOCK];
                    put(&mut first, &p.key);
                    hash.update(&first);
                }
                hash
            }

            fn word(bytes: &[u8]) -> $word {
                bytes.iter().rev().fold(0, |word, byte| word << 8 | <$word>::from(*byte))
            }

            /// Hashes more bytes. The last block waits, since it is treated otherwise.
            pub fn update(&mut self, mut bytes: &[u8]) {
                while !bytes.is_empty() {
                    if self.filled == Self::BLOCK {
                        self.count += Self::BLOCK as u128;
                        self.compress(false);
                        self.filled = 0;
                    }
                    let n = bytes.len().min(Self::BLOCK - self.filled);
                    let (now, rest) = bytes.split_at(n);
                    self.buffer[self.filled..self.filled + n].copy_from_slice(now);
                    self.filled += n;
                    bytes = rest;
                }
            }

            fn compress(&mut self, last: bool) {
                let mut m: [$word; 16] = [0; 16];
                for (word, bytes) in m.iter_mut().zip(self.buffer.chunks_exact(Self::WORD)) {
                    *word = Self::word(bytes);
                }
                let mut v: [$word; 16] = [0; 16];
                v[..8].copy_from_slice(&self.state);
                v[8..].copy_from_slice(&Self::IV);
                v[12] ^= self.count as $word;
                v[13] ^= (self.count >> <$word>::BITS) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                const R: [u32; 4] = $rotations;
                let mut mix = |a: usize, b: usize, c: usize, d: usize, x: $word, y: $word| {
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                    v[d] = (v[d] ^ v[a]).rotate_right(R[0]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(R[1]);
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                    v[d] = (v[d] ^ v[a]).rotate_right(R[2]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(R[3]);
                };
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    mix(0, 4, 8, 12, m[s[0]], m[s[1]]);
                    mix(1, 5, 9, 13, m[s[2]], m[s[3]]);
                    mix(2, 6, 10, 14, m[s[4]], m[s[5]]);
                    mix(3, 7, 11, 15, m[s[6]], m[s[7]]);
                    mix(0, 5, 10, 15, m[s[8]], m[s[9]]);
                    mix(1, 6, 11, 12, m[s[10]], m[s[11]]);
                    mix(2, 7, 8, 13, m[s[12]], m[s[13]]);
                    mix(3, 4, 9, 14, m[s[14]], m[s[15]]);
                }
                for i in 0..8 {
                    self.state[i] ^= v[i] ^ v[i + 8];
                }
            }

            /// The hash of what came so far.
            pub fn digest(&self) -> Vec<u8> {
                let mut last = self.clone();
                last.count += last.filled as u128;
                last.buffer[last.filled..].fill(0);
                last.compress(true);
                let mut out: Vec<u8> = last.state.iter().flat_map(|w| w.to_le_bytes()).collect();
                out.truncate(self.size);
                out
            }

            /// Bytes of the result.
            pub fn size(&self) -> usize {
                self.size
            }
        }
    };
}

blake2!(
    Blake2b,
    u64,
    12,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ],
    [32, 24, 16, 63],
    8,
    "BLAKE2b: 64-bit words."
);
blake2!(
    Blake2s,
    u32,
    10,
    [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ],
    [16, 12, 8, 7],
    6,
    "BLAKE2s: 32-bit words."
);
