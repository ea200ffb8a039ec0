import { storeContract } from '../contract/store.ts';
import { freshStore } from '../kit/stores.ts';

storeContract('memory', () => freshStore('memory'));
