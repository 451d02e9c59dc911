/** Places of an empty table: a power of two. */
const fewestPlaces = 16;

/**
 * Values by id, for what comes and goes all the time. A `Map` is the wrong one for that: when it is full it moves to a new
 * store, and the old one keeps a way to the new one. Once a collection of garbage has let an old store grow old, all that the
 * stores behind it ever held stays in memory until the next full collection, on V8 and JavaScriptCore alike.
 *
 * Open addressing with linear probing, at most half full; a deletion moves what follows up (Knuth, The Art of Computer
 * Programming, volume 3, section 6.4, algorithm R).
 */
export class IdTable<Value> {
  #hashes: Int32Array = new Int32Array(fewestPlaces);
  #ids: (string | undefined)[] = emptyPlaces(fewestPlaces);
  #values: (Value | undefined)[] = emptyPlaces(fewestPlaces);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): Value | undefined {
    return this.#values[this.#placeOf(id, hashOf(id))];
  }

  set(id: string, value: Value): void {
    const hash = hashOf(id);
    let place = this.#placeOf(id, hash);
    if (this.#ids[place] === undefined) {
      if (++this.#size * 2 > this.#ids.length) {
        this.#resize(this.#ids.length * 2);
        place = this.#placeOf(id, hash);
      }
      this.#ids[place] = id;
      this.#hashes[place] = hash;
    }
    this.#values[place] = value;
  }

  delete(id: string): void {
    const place = this.#placeOf(id, hashOf(id));
    if (this.#ids[place] === undefined) return;
    this.#size--;
    this.#close(place);
    const { length } = this.#ids;
    if (length > fewestPlaces && this.#size * 8 < length) this.#resize(length / 2);
  }

  /** In no order. */
  *values(): Generator<Value> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }

  /** Where an id stands, or would. */
  #placeOf(id: string, hash: number): number {
    const last = this.#ids.length - 1;
    let place = hash & last;
    for (let there = this.#ids[place]; there !== undefined; there = this.#ids[place]) {
      if (this.#hashes[place] === hash && there === id) return place;
      place = (place + 1) & last;
    }
    return place;
  }

  /** Empties a place, and moves up what stands behind it only because it was taken. */
  #close(place: number): void {
    const last = this.#ids.length - 1;
    let gap = place;
    for (let next = (gap + 1) & last; this.#ids[next] !== undefined; next = (next + 1) & last) {
      const own = (this.#hashes[next] ?? 0) & last;
      if (((next - own) & last) < ((next - gap) & last)) continue;
      this.#ids[gap] = this.#ids[next];
      this.#values[gap] = this.#values[next];
      this.#hashes[gap] = this.#hashes[next] ?? 0;
      gap = next;
    }
    this.#ids[gap] = undefined;
    this.#values[gap] = undefined;
  }

  #resize(length: number): void {
    const ids = this.#ids;
    const values = this.#values;
    const hashes = this.#hashes;
    this.#ids = emptyPlaces(length);
    this.#values = emptyPlaces(length);
    this.#hashes = new Int32Array(length);
    for (let from = 0; from < ids.length; from++) {
      const id = ids[from];
      if (id === undefined) continue;
      const hash = hashes[from] ?? 0;
      const place = this.#placeOf(id, hash);
      this.#ids[place] = id;
      this.#values[place] = values[from];
      this.#hashes[place] = hash;
    }
  }
}

/** An array without holes, which are slower to read. */
function emptyPlaces<T>(length: number): (T | undefined)[] {
  const places: (T | undefined)[] = [];
  while (places.length < length) places.push(undefined);
  return places;
}

/** FNV-1a over UTF-16 units, 32 bits. Ids are made here, so nobody gets to choose ones that meet. */
function hashOf(id: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01_00_01_93);
  return hash | 0;
}
