/** CRC-32 of ISO 3309, reflected polynomial 0xEDB88320, as zip archives use it. */
const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/**
 * Checksum of the bytes as an unsigned 32-bit integer.
 *
 * @remarks Our own table instead of `node:zlib`, so that the readers also run in a browser page.
 */
export function crc32(bytes: Uint8Array): number {
  let checksum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) checksum = TABLE[(checksum ^ bytes[i]) & 0xff] ^ (checksum >>> 8);
  return (checksum ^ 0xffffffff) >>> 0;
}
