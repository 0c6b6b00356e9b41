// The injector inside @peculiar/x509 does not load unless Reflect has a metadata polyfill. It asks only for what decorators
// recorded about constructor parameters; that package records nothing, so two functions that know of nothing are enough.

for (const name of ['getMetadata', 'getOwnMetadata']) {
  if (name in Reflect) continue;
  Object.defineProperty(Reflect, name, { value: () => undefined, configurable: true, writable: true });
}
