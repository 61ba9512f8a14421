/** Names that come from users, looked up in objects: `constructor` and `toString` are no entries. */

/** The object's own entry of that name, or undefined. */
export const lookUp = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

/** Whether every object answers to the name: such a one can name nothing of the user's. */
export const isTaken = (name: string): boolean => name in Object.prototype;
